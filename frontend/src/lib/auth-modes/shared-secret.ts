// The token is minted under the shared secret by this app's own route.
import { authClient } from "../auth-client";
import { betterAuth } from "./better-auth";
import { tokenOf } from "./token-response";
import type { TokenSource } from "./auth-adapter";

export const sharedSecret: TokenSource = {
  ...betterAuth,
  fetchToken: async () => tokenOf(await authClient.$fetch<{ token: string }>("/token")),
};
