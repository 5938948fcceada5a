// Environment variables, read per request: one build serves every mode.
import "server-only";

export const authModes = ["shared-secret", "jwks", "backend"] as const;
export type AuthMode = (typeof authModes)[number];

/** Settings that are sent to the browser. */
export type PublicSettings = { authMode: AuthMode; apiUrl: string };

/** Defaults to shared-secret if DATABASE_URL is set, because Better Auth needs a database; otherwise to backend. */
export function authMode(): AuthMode {
  const value = process.env.AUTH_MODE || (process.env.DATABASE_URL ? "shared-secret" : "backend");
  const mode = authModes.find((mode) => mode === value);
  if (!mode) throw new Error(`AUTH_MODE must be one of ${authModes.join(", ")}`);
  return mode;
}

/** Better Auth's secret; in shared-secret mode the service uses the same one. */
export function betterAuthSecret(): string {
  const secret = process.env.BETTER_AUTH_SECRET;
  if (!secret) throw new Error("BETTER_AUTH_SECRET must be set; generate one with `openssl rand -base64 32`");
  return secret;
}

export function publicSettings(): PublicSettings {
  return { authMode: authMode(), apiUrl: apiUrl() };
}

/** The service's URL as seen from this server. */
export function internalApiUrl(): string {
  return process.env.API_INTERNAL_URL || apiUrl();
}

function apiUrl(): string {
  return (process.env.API_URL || "http://localhost:8000").replace(/\/$/, "");
}
