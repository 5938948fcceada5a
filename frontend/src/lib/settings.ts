// Environment variables, read per request: one build serves every mode.
import "server-only";

export const authModes = ["shared-secret", "jwks", "backend", "better-auth-client"] as const;
export type AuthMode = (typeof authModes)[number];

/** Settings that are sent to the browser. */
export type PublicSettings = { authMode: AuthMode; apiUrl: string; authUrl: string };

const defaultApiUrl = "http://localhost:8000";

/** Defaults to shared-secret if DATABASE_URL is set, because Better Auth needs a database; otherwise to backend. */
export function authMode(): AuthMode {
  const value = process.env.AUTH_MODE || (process.env.DATABASE_URL ? "shared-secret" : "backend");
  const mode = authModes.find((mode) => mode === value);
  if (!mode) throw new Error(`AUTH_MODE must be one of ${authModes.join(", ")}`);
  return mode;
}

/** Whether this app runs Better Auth's server. */
export function hasAuthServer(): boolean {
  return authMode() === "shared-secret" || authMode() === "jwks";
}

/** Better Auth's secret; in shared-secret mode the service uses the same one. */
export function betterAuthSecret(): string {
  const secret = process.env.BETTER_AUTH_SECRET;
  if (!secret) throw new Error("BETTER_AUTH_SECRET must be set; generate one with `openssl rand -base64 32`");
  return secret;
}

export function publicSettings(): PublicSettings {
  return { authMode: authMode(), apiUrl: apiUrl(), authUrl: authUrl() };
}

/** The service's URL as seen from this server. */
export function internalApiUrl(): string {
  return process.env.API_INTERNAL_URL || apiUrl();
}

function apiUrl(): string {
  const { API_URL, NEXT_PUBLIC_API_BASE_URL } = process.env;
  if (!API_URL && NEXT_PUBLIC_API_BASE_URL) return new URL(NEXT_PUBLIC_API_BASE_URL).origin;
  return (API_URL || defaultApiUrl).replace(/\/$/, "");
}

/** The base URL of Better Auth's client in better-auth-client mode: the service serves Better Auth's routes below it. */
function authUrl(): string {
  // not `process.env.NEXT_PUBLIC_…`, which Next.js replaces by the value at build time
  const { NEXT_PUBLIC_API_BASE_URL } = process.env;
  return NEXT_PUBLIC_API_BASE_URL || `${apiUrl()}/api`;
}
