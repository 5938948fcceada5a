// Requests with the access token, retried once with a new token after a 401.
import { userFromToken } from "./claims.js";
import type { TokenManager } from "./token-manager.js";

export type Send = (request: Request) => Promise<Response>;

export type TokenFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const sendByFetch: Send = (request) => fetch(request);

/**
 * Returns a `fetch` for the API at `apiUrl` that adds the access token. Relative URLs are resolved against `apiUrl`; requests to
 * other origins are refused, because they would disclose the token. Without a user, requests have no token.
 */
export function createTokenFetch(tokenManager: TokenManager, apiUrl: string, send: Send = sendByFetch): TokenFetch {
  const base = new URL(apiUrl, globalThis.location?.href);
  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, base), init);
    if (new URL(request.url).origin !== base.origin) throw new TypeError(`the access token is for ${base.origin} only`);
    const token = await tokenManager.get();
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return fetchWithToken(request, tokenManager, send);
  };
}

/** Sends a request that has a token. If the token is rejected, retries once with a new token of the same user. */
export async function fetchWithToken(request: Request, tokenManager: TokenManager, send: Send = sendByFetch): Promise<Response> {
  const retry = request.clone();
  const response = await send(request);
  const rejectedToken = /^Bearer (.+)$/.exec(retry.headers.get("Authorization") ?? "")?.[1];
  if (response.status !== 401 || !rejectedToken) return response;
  const token = await tokenManager.replace(rejectedToken);
  if (token === null || token === rejectedToken || userFromToken(token).id !== userFromToken(rejectedToken).id) return response;
  retry.headers.set("Authorization", `Bearer ${token}`);
  return send(retry);
}
