// AUTH_MODE=better-auth-client: the service serves the routes of Better Auth's client.
import type { AuthAdapter } from "./auth-adapter";
import { backend } from "./backend";
import { createBetterAuthAdapter } from "./better-auth";

export function createBetterAuthClientAdapter(baseURL: string): AuthAdapter {
  // the service revokes the tokens of a session that it ends
  const adapter = createBetterAuthAdapter({ baseURL, revokeToken: async () => true });
  return {
    ...adapter,
    listSessions: (userId) => ifNotFresh(adapter.listSessions(userId), () => backend.listSessions(userId)),
    revokeSession: (id) => ifNotFresh(adapter.revokeSession(id), () => backend.revokeSession(id)),
  };
}

/** A day after the sign-in, Better Auth's list of sessions is refused, because it contains their tokens. The service's own is not. */
async function ifNotFresh<T>(result: Promise<T>, alternative: () => Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if ((error as { code?: string }).code !== "SESSION_NOT_FRESH") throw error;
    return alternative();
  }
}
