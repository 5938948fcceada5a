// Configures the generated client: adds the access token to each request and retries once with a new token after a 401.
import type { TokenManager } from "@taskbridge/auth-token";
import * as heyApi from "@taskbridge/auth-token/hey-api";
import { client } from "@/client/client.gen";
import { clientTimeoutMs, timeoutSignal } from "./timeout";

let currentTokenManager: TokenManager | null = null;

export function configureApi(baseUrl: string, tokenManager: TokenManager): void {
  currentTokenManager = tokenManager;
  client.setConfig({ baseUrl, ...heyApi.clientConfig(tokenManager, send) });
}

/** Request options that send this user's token, or fail if another user is signed in by now. */
export function asUser(userId: string) {
  if (!currentTokenManager) throw new Error("the API client is not configured");
  return heyApi.asUser(currentTokenManager, userId);
}

/** Like `asUser`, without a time limit: for responses that do not end. */
export function streamAsUser(userId: string) {
  return { ...asUser(userId), fetch: heyApi.clientConfig(currentTokenManager!).fetch };
}

/** Request options that send exactly this token and do not retry. Required inside TokenManager.runExclusive. */
export function withToken(token: string | null) {
  return heyApi.withToken(token, send);
}

/** Adds the user id to a generated query key, so that users never share cache entries. */
export function withUser<Key extends object>([key]: readonly [Key], userId: string): [Key & { userId: string }] {
  return [{ ...key, userId }];
}

async function send(request: Request): Promise<Response> {
  const response = await fetch(request, { signal: timeoutSignal(clientTimeoutMs, request.signal) });
  // a captive portal or proxy may answer with an HTML page and status 200
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && response.status !== 204 && !isJson) throw new TypeError("the response is not JSON");
  return response;
}
