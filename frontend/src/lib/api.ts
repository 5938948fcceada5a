// The generated client, sending the keeper's token: the one place where a 401 is answered by another token.
import { client } from "@/client/client.gen";
import { pageWaits, within } from "./deadline";
import { userOf } from "./token/claims";
import type { TokenKeeper } from "./token/keeper";

export function connectApi(baseUrl: string, keeper: TokenKeeper): void {
  client.setConfig({
    baseUrl,
    auth: async () => (await keeper.get()) ?? undefined,
    fetch: (request) => fetchWithToken(request as Request, keeper),
  });
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

function send(request: Request): Promise<Response> {
  return fetch(request, { signal: within(pageWaits, request.signal) });
}
