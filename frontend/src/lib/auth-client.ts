// Better Auth's browser client. `token()` requires the jwt plugin on the server (jwks mode).
import { jwtClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";
import { clientTimeoutMs } from "./timeout";

export const authClient = createAuthClient({ plugins: [jwtClient()], fetchOptions: { timeout: clientTimeoutMs } });
