// How the app is built and served.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NextConfig } from "next";

process.env.NEXT_TELEMETRY_DISABLED ??= "1";

const headers = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
];

/** The browser tests search the build for the secret, and have to know that it was built with theirs. */
async function leaveMark({ distDir }: { distDir: string }): Promise<void> {
  const secret = process.env.BETTER_AUTH_SECRET ?? "";
  await writeFile(join(distDir, "built-with-secret"), createHash("sha256").update(secret).digest("hex"));
}

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  experimental: { optimizePackageImports: ["radix-ui", "lucide-react"] },
  compiler: { runAfterProductionCompile: leaveMark },
  headers: async () => [{ source: "/:path*", headers }],
};

export default config;
