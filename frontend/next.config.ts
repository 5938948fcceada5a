import type { NextConfig } from "next";

process.env.NEXT_TELEMETRY_DISABLED ??= "1";
// names the service worker's cache; inlined during the build
process.env.NEXT_PUBLIC_BUILD_ID ??= Date.now().toString(36);

const headers = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
];

const config: NextConfig = {
  // The container image has only the modules that the server uses. `next start` does not support this.
  output: process.env.NEXT_OUTPUT === "standalone" ? "standalone" : undefined,
  poweredByHeader: false,
  reactStrictMode: true,
  // messages are compiled on the server: neither side needs the parser
  turbopack: { resolveAlias: { "use-intl/format-message": "use-intl/format-message/format-only" } },
  experimental: { optimizePackageImports: ["radix-ui", "lucide-react"] },
  headers: async () => [{ source: "/:path*", headers }],
};

export default config;
