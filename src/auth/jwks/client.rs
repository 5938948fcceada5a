//! The HTTP client that fetches the key set: from the configured URL only, with limits on time and size.

use std::{error::Error, fmt, time::Duration};

use opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, SpanKind},
};
use reqwest::{Client, Proxy, Response, StatusCode, header, redirect::Policy};
use url::Url;

use crate::{
    config,
    jose::json::truncated,
    telemetry::traces::{Span, current_headers},
};

/// Largest response body, after decompression.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// Fetches the key set from one URL.
pub(in crate::auth) struct KeySetClient {
    client: Client,
    url: Url,
}

/// A response with a key set.
pub(in crate::auth) struct FetchedKeySet {
    pub(in crate::auth) body: Vec<u8>,
    /// `max-age` of the response (RFC 9111 §5.2.2.1).
    pub(in crate::auth) max_age: Option<Duration>,
}

/// Why the key set could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(in crate::auth) enum FetchError {
    #[error("{}", root_cause(.0))]
    Connection(#[from] reqwest::Error),
    #[error("no complete response within JWKS_TIMEOUT")]
    Timeout,
    #[error("the server answered with status {}{}", .0.as_u16(), status_hint(*.0))]
    Status(StatusCode),
    #[error("the response is larger than {} KiB", MAX_BODY_BYTES / 1024)]
    TooLarge,
}

impl KeySetClient {
    /// Creates a client. It ignores the system's proxy settings and does not follow redirects.
    pub(in crate::auth) fn new(settings: &config::JwksSettings) -> Result<Self, reqwest::Error> {
        let mut client = Client::builder()
            .user_agent(concat!("taskbridge/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(settings.timeout)
            .pool_max_idle_per_host(0)
            .no_proxy();
        if let Some(proxy) = &settings.proxy {
            client = client.proxy(Proxy::all(proxy.expose())?);
        } else if settings.url.scheme() == "http" {
            // plain HTTP needs no root certificates
            client = client.tls_certs_only([]);
        }
        Ok(Self { client: client.build()?, url: settings.url.clone() })
    }

    /// Fetches the set, in a trace of its own.
    pub(in crate::auth) async fn fetch(&self) -> Result<FetchedKeySet, FetchError> {
        let span = Span::entry(&Context::new(), || {
            SpanBuilder::from_name("GET").with_kind(SpanKind::Client).with_attributes([
                KeyValue::new("http.request.method", "GET"),
                KeyValue::new("url.full", self.to_string()),
                KeyValue::new("server.address", self.url.host_str().unwrap_or_default().to_owned()),
            ])
        });
        span.run_to_end(self.get(), FetchError::name).await
    }

    async fn get(&self) -> Result<FetchedKeySet, FetchError> {
        let mut request =
            self.client.get(self.url.clone()).header(header::ACCEPT, "application/jwk-set+json, application/json");
        for (name, value) in current_headers() {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(FetchError::from_reqwest)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let max_age = cache_control_max_age(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(FetchError::from_reqwest)? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FetchedKeySet { body, max_age })
    }
}

impl FetchError {
    fn name(&self) -> &'static str {
        match self {
            Self::Connection(_) => "connection",
            Self::Timeout => "timeout",
            Self::Status(_) => "status",
            Self::TooLarge => "too_large",
        }
    }

    fn from_reqwest(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::Timeout } else { Self::Connection(error.without_url()) }
    }
}

fn cache_control_max_age(response: &Response) -> Option<Duration> {
    let fields = response.headers().get_all(header::CACHE_CONTROL).iter().filter_map(|field| field.to_str().ok());
    let mut directives =
        fields.flat_map(|field| field.split(',')).filter_map(|directive| directive.trim().split_once('='));
    let (_, seconds) = directives.find(|(name, _)| name.eq_ignore_ascii_case("max-age"))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

/// Returns the innermost error: the outer ones only state that something failed.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    truncated(cause)
}

fn status_hint(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "; Better Auth's key set is at /api/auth/jwks",
        status if status.is_redirection() => "; redirects are not followed",
        _ => "",
    }
}

/// The URL without its query, which may contain a secret.
impl fmt::Display for KeySetClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.url.origin().ascii_serialization(), self.url.path())
    }
}
