// Fetches the access token: the only part of an authentication mode that every page needs. The adapters are loaded when users act.
import { requestToken, type AuthFetch } from "@taskbridge/auth-token/better-auth";
import type { PublicSettings } from "../settings";
import { clientTimeoutMs, timeoutSignal } from "../timeout";
import { postToAccountRoute } from "./account-route";

/** Returns a function that fetches an access token; null if nobody is signed in. */
export function tokenFetcher({ authMode, authUrl }: PublicSettings): () => Promise<string | null> {
  if (authMode === "backend") return fetchFromAccountRoute;
  const $fetch = authFetch(authMode === "better-auth-client" ? withDefaultPath(authUrl) : defaultPath);
  return () => requestToken($fetch);
}

async function fetchFromAccountRoute(): Promise<string | null> {
  const response = await postToAccountRoute("token");
  if (response.status === 401) return null;
  if (!response.ok) throw await response.json();
  return ((await response.json()) as { token: string }).token;
}

const defaultPath = "/api/auth";

/** As Better Auth's client does. */
function withDefaultPath(url: string): string {
  return new URL(url).pathname === "/" ? new URL(defaultPath, url).href : url;
}

/** What `requestToken` needs of Better Auth's `$fetch`. */
function authFetch(baseUrl: string): AuthFetch {
  return async (path) => {
    const response = await fetch(baseUrl + path, { credentials: "include", signal: timeoutSignal(clientTimeoutMs) });
    return response.ok ? { data: await response.json(), error: null } : { data: null, error: response };
  };
}
