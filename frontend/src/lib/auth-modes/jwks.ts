// AUTH_MODE=jwks: Better Auth's jwt plugin signs the token.
import { authClient } from "../auth-client";
import { betterAuth } from "./better-auth";
import { parseTokenResponse } from "./token-response";
import type { AuthAdapter } from "./auth-adapter";

export const jwks: AuthAdapter = {
  ...betterAuth,
  fetchToken: async () => parseTokenResponse(await authClient.token()),
};
