// The token is signed by Better Auth's jwt plugin, under the keys that it publishes.
import { authClient } from "../auth-client";
import { betterAuth } from "./better-auth";
import { tokenOf } from "./token-response";
import type { TokenSource } from "./auth-adapter";

export const jwks: TokenSource = {
  ...betterAuth,
  fetchToken: async () => tokenOf(await authClient.token()),
};
