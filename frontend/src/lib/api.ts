// The generated client, sending the keeper's token: the one place where a 401 is answered by another token.
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

/** For what is somebody's doing: it is sent with their own token, or not at all. */
export function asUser(userId: string) {
  return {
    auth: async () => {
      const token = await currentTokenManager?.get();
      if (!token || userFromToken(token).id !== userId) throw new Error("somebody else is signed in");
      return token;
    },
  };
}

/** Adds the user to a generated query key: the cache never answers one user with another's data. */
export function withUser<Key extends object>([key]: readonly [Key], userId: string): [Key & { userId: string }] {
  return [{ ...key, userId }];
}

/** For a call while users change, when nobody may ask the keeper: this token or none, and no other after a 401. */
export function withToken(token: string | null) {
  return { auth: token ?? undefined, fetch: (request: unknown) => send(request as Request) };
}

/** Sends a request, and once more with another token of the same user where its own is refused. */
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
  // what stands between may answer in the service's place, and call it a success
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && response.status !== 204 && !isJson) throw new TypeError("that is no answer of the service");
  return response;
}
