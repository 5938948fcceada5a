// What the environment sets, read when a request needs it: one build serves every mode.
import "server-only";

export const authModes = ["shared-secret", "jwks", "backend"] as const;
export type AuthMode = (typeof authModes)[number];

/** What the browser has to know. */
export type PublicSettings = { authMode: AuthMode; apiUrl: string };

/** Who signs users in. Without a database there is no place for Better Auth's tables: the service does it. */
export function authMode(): AuthMode {
  const value = process.env.AUTH_MODE || (process.env.DATABASE_URL ? "shared-secret" : "backend");
  const mode = authModes.find((mode) => mode === value);
  if (!mode) throw new Error(`AUTH_MODE must be one of ${authModes.join(", ")}`);
  return mode;
}

/** The one that the service shares in shared-secret mode, and Better Auth's own in any. */
export function betterAuthSecret(): string {
  const secret = process.env.BETTER_AUTH_SECRET;
  if (!secret) throw new Error("BETTER_AUTH_SECRET must be set, as the service has it; `openssl rand -base64 32` makes one");
  return secret;
}

export function publicSettings(): PublicSettings {
  return { authMode: authMode(), apiUrl: apiUrl() };
}

/** The service as this server reaches it. */
export function internalApiUrl(): string {
  return process.env.API_INTERNAL_URL || apiUrl();
}

function apiUrl(): string {
  return (process.env.API_URL || "http://localhost:8000").replace(/\/$/, "");
}
