// Accounts and sessions through Better Auth's client: with the server in this app, or with the service's routes.
import { createAuthClient } from "better-auth/react";
import { translate } from "../i18n/translate";
import { clientTimeoutMs } from "../timeout";
import { incorrectPassword, type AuthAdapter, type Session } from "./auth-adapter";
import { passwordChangeFields, toAuthResult, toProblem } from "./better-auth-errors";

type Options = {
  /** Default: this app. */
  baseURL?: string;
  /** Revokes the access token of an ended session. Returns whether it is revoked. */
  revokeToken: (token: string | null) => Promise<boolean>;
};

export function createBetterAuthAdapter({ baseURL, revokeToken }: Options): AuthAdapter {
  const authClient = createAuthClient({ baseURL, fetchOptions: { timeout: clientTimeoutMs } });

  async function fetchSessions() {
    const { data, error } = await authClient.listSessions();
    if (error) throw toProblem(error);
    return data;
  }

  return {
    async signUp(user) {
      const { data, error } = await authClient.signUp.email(user);
      if (data && !data.token) return { ok: false, message: translate("auth.confirmEmail") };
      return toAuthResult(error);
    },

    async signIn(credentials) {
      const { error } = await authClient.signIn.email(credentials);
      return toAuthResult(error);
    },

    async signOut(token) {
      // the service would learn of the revoked session only a moment later
      const isRevoked = revokeToken(token).catch(() => false);
      const { error } = await authClient.signOut();
      if (error) throw toProblem(error);
      return (await isRevoked) ? null : translate("auth.accessEndsLater");
    },

    async changePassword(change) {
      const { error } = await authClient.changePassword({ ...change, revokeOtherSessions: true });
      return error?.code === "INVALID_PASSWORD" ? incorrectPassword("currentPassword") : toAuthResult(error, passwordChangeFields);
    },

    async deleteAccount(password, token) {
      const { error } = await authClient.deleteUser({ password });
      if (!error) await revokeToken(token);
      return error?.code === "INVALID_PASSWORD" ? incorrectPassword("password") : toAuthResult(error);
    },

    async listSessions(userId) {
      const [sessions, current] = await Promise.all([fetchSessions(), authClient.getSession()]);
      // the session cookie may belong to another user without any tab having been notified
      if (sessions.some((session) => session.userId !== userId)) throw toProblem({ status: 401, message: translate("auth.otherUser") });
      return sessions.map((session) => toSession(session, current.data?.session.id));
    },

    async revokeSession(id) {
      const session = (await fetchSessions()).find((candidate) => candidate.id === id);
      if (!session) return;
      const { error } = await authClient.revokeSession({ token: session.token });
      if (error) throw toProblem(error);
    },

    async revokeOtherSessions() {
      const { error } = await authClient.revokeOtherSessions();
      if (error) throw toProblem(error);
    },
  };
}

type BetterAuthSession = { id: string; createdAt: Date; ipAddress?: string | null; userAgent?: string | null };

function toSession({ id, createdAt, ipAddress, userAgent }: BetterAuthSession, currentId: string | undefined): Session {
  return {
    id,
    createdAt: new Date(createdAt).toISOString(),
    ipAddress: ipAddress || null,
    userAgent: userAgent || null,
    isCurrent: id === currentId,
  };
}
