// The token is minted under the shared secret by this app's own route.
import { authClient } from "../auth-client";
import { betterAuth } from "./better-auth";
import { parseTokenResponse } from "./token-response";
import type { AuthAdapter } from "./auth-adapter";

export const sharedSecret: AuthAdapter = {
  ...betterAuth,
  fetchToken: async () => parseTokenResponse(await authClient.$fetch<{ token: string }>("/token")),
};
