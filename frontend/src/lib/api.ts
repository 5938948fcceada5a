// Configures the generated client: adds the access token to each request and retries once with a new token after a 401.
import { client } from "@/client/client.gen";
import { clientTimeoutMs, timeoutSignal } from "./timeout";
import { userFromToken } from "./token/claims";
import type { TokenManager } from "./token/token-manager";

let currentTokenManager: TokenManager | null = null;

export function configureApi(baseUrl: string, tokenManager: TokenManager): void {
  currentTokenManager = tokenManager;
  client.setConfig({
    baseUrl,
    auth: async () => (await tokenManager.get()) ?? undefined,
    fetch: (request) => fetchWithToken(request as Request, tokenManager),
  });
}

/** Request options that send this user's token, or fail if another user is signed in by now. */
export function asUser(userId: string) {
  return {
    auth: async () => {
      const token = await currentTokenManager?.get();
      if (!token || userFromToken(token).id !== userId) throw new Error("another user is signed in");
      return token;
    },
  };
}

/** Adds the user id to a generated query key, so that users never share cache entries. */
export function withUser<Key extends object>([key]: readonly [Key], userId: string): [Key & { userId: string }] {
  return [{ ...key, userId }];
}

/** Request options that send exactly this token and do not retry. Required inside TokenManager.runExclusive. */
export function withToken(token: string | null) {
  return { auth: token ?? undefined, fetch: (request: unknown) => send(request as Request) };
}

/** Sends a request. If its token is rejected, retries once with a new token of the same user. */
export async function fetchWithToken(request: Request, tokenManager: TokenManager): Promise<Response> {
  const retry = request.clone();
  const response = await send(request);
  const rejectedToken = /^Bearer (.+)$/.exec(retry.headers.get("Authorization") ?? "")?.[1];
  if (response.status !== 401 || !rejectedToken) return response;
  const token = await tokenManager.replace(rejectedToken);
  if (token === null || token === rejectedToken || userFromToken(token).id !== userFromToken(rejectedToken).id) return response;
  retry.headers.set("Authorization", `Bearer ${token}`);
  return send(retry);
}

async function send(request: Request): Promise<Response> {
  const response = await fetch(request, { signal: timeoutSignal(clientTimeoutMs, request.signal) });
  // a captive portal or proxy may answer with an HTML page and status 200
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && response.status !== 204 && !isJson) throw new TypeError("the response is not JSON");
  return response;
}
