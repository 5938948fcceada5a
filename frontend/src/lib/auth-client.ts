// Better Auth in the browser. `token()` answers where the server has the jwt plugin, which is in jwks mode.
import { jwtClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";
import { clientTimeoutMs } from "./timeout";

export const authClient = createAuthClient({ plugins: [jwtClient()], fetchOptions: { timeout: clientTimeoutMs } });
