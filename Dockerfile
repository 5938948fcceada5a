# The service: docs/deploying.md, "Containers".
ARG RUST_IMAGE=rust:1.95-slim-trixie

FROM ${RUST_IMAGE} AS build
# records the crates in the binary, for scanners and SBOM tools
RUN cargo install --locked --debug --root /usr/local cargo-auditable@0.7.7
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo auditable build --release --locked --package taskbridge \
    && install -D target/release/taskbridge /image/taskbridge

# The C library, root certificates and licences. Scanners find the Debian packages in status.d and os-release.
WORKDIR /image
RUN mkdir -p data etc/ssl/certs licenses tmp var/lib/dpkg/status.d \
    && ldd taskbridge | grep -o '/[^ ]*' | xargs -I '{}' cp --parents --dereference '{}' . \
    && cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ \
    && cp /usr/lib/os-release etc/ \
    && cp /src/LICENSE-* licenses/ \
    && cp /src/data/common-passwords/LICENSE licenses/common-passwords \
    && echo 'hosts: files dns' > etc/nsswitch.conf \
    && echo 'taskbridge:x:65532:65532::/data:/taskbridge' > etc/passwd \
    && echo 'taskbridge:x:65532:' > etc/group \
    && for package in ca-certificates libc6 libgcc-s1; do \
           dpkg-query --status "$package" > "var/lib/dpkg/status.d/$package"; \
           cp "/usr/share/doc/$package/copyright" "licenses/$package"; \
       done \
    && chmod 1777 tmp \
    && chown 65532:65532 data

FROM scratch
ARG VERSION=0.1.0
ARG REVISION
ARG SOURCE
LABEL org.opencontainers.image.title="taskbridge" \
      org.opencontainers.image.description="A task API for Next.js front ends that authenticate users with Better Auth" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /image /
# for the embedded database, which needs a volume here
COPY --from=build --chown=65532:65532 /image/data /data
WORKDIR /data
USER 65532:65532
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/taskbridge", "health"]
ENTRYPOINT ["/taskbridge"]
CMD ["serve"]
