// The generated client, sending the keeper's token: the one place where a 401 is answered by another token.
import { client } from "@/client/client.gen";
import { pageWaits, within } from "./timeout";
import { userOf } from "./token/claims";
import type { TokenKeeper } from "./token/token-manager";

let present: TokenKeeper | null = null;

export function connectApi(baseUrl: string, keeper: TokenKeeper): void {
  present = keeper;
  client.setConfig({
    baseUrl,
    auth: async () => (await keeper.get()) ?? undefined,
    fetch: (request) => fetchWithToken(request as Request, keeper),
  });
}

/** For what is somebody's doing: it is sent with their own token, or not at all. */
export function as(userId: string) {
  return {
    auth: async () => {
      const token = await present?.get();
      if (!token || userOf(token).id !== userId) throw new Error("somebody else is signed in");
      return token;
    },
  };
}

/** Adds the user to a generated query key: the cache never answers one user with another's data. */
export function withUser<Key extends object>([key]: readonly [Key], userId: string): [Key & { userId: string }] {
  return [{ ...key, userId }];
}

/** For a call while users change, when nobody may ask the keeper: this token or none, and no other after a 401. */
export function withOnly(token: string | null) {
  return { auth: token ?? undefined, fetch: (request: unknown) => send(request as Request) };
}

/** Sends a request, and once more with another token of the same user where its own is refused. */
export async function fetchWithToken(request: Request, keeper: TokenKeeper): Promise<Response> {
  const again = request.clone();
  const response = await send(request);
  const refused = /^Bearer (.+)$/.exec(again.headers.get("Authorization") ?? "")?.[1];
  if (response.status !== 401 || !refused) return response;
  const token = await keeper.replace(refused);
  if (token === null || token === refused || userOf(token).id !== userOf(refused).id) return response;
  again.headers.set("Authorization", `Bearer ${token}`);
  return send(again);
}

async function send(request: Request): Promise<Response> {
  const response = await fetch(request, { signal: within(pageWaits, request.signal) });
  // what stands between may answer in the service's place, and call it a success
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && response.status !== 204 && !isJson) throw new TypeError("that is no answer of the service");
  return response;
}
