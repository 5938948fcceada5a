// AUTH_MODE=shared-secret: this app's own route signs the token.
import { authClient } from "../auth-client";
import { betterAuth } from "./better-auth";
import { parseTokenResponse } from "./token-response";
import type { AuthAdapter } from "./auth-adapter";

export const sharedSecret: AuthAdapter = {
  ...betterAuth,
  fetchToken: async () => parseTokenResponse(await authClient.$fetch<{ token: string }>("/token")),
};
