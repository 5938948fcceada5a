// The token is signed by Better Auth's jwt plugin, under the keys that it publishes.
import { authClient } from "../auth-client";
import { betterAuth } from "./better-auth";
import { tokenOf } from "./token-answer";
import type { TokenSource } from "./token-source";

export const jwks: TokenSource = {
  ...betterAuth,
  fetchToken: async () => tokenOf(await authClient.token()),
};
