// AUTH_MODE=shared-secret and jwks: Better Auth in this app. A route of this app, or the jwt plugin, issues the token.
import { requestToken } from "@taskbridge/auth-token/better-auth";
import { createAuthClient } from "better-auth/react";
import { logOut } from "@/client";
import { withToken } from "../api";
import { clientTimeoutMs } from "../timeout";
import { incorrectPassword, type AuthAdapter, type AuthResult, type FieldName, type Session } from "./auth-adapter";

type BetterAuthError = { status: number; code?: string; message?: string };

const authClient = createAuthClient({ fetchOptions: { timeout: clientTimeoutMs } });

export const betterAuth: AuthAdapter = {
  fetchToken: () => requestToken(authClient.$fetch),

  async signUp(user) {
    const { error } = await authClient.signUp.email(user);
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
    return (await isRevoked) ? null : "Access from this device ends once the server is back.";
  },

  async changePassword(change) {
    const { error } = await authClient.changePassword({ ...change, revokeOtherSessions: true });
    return toAuthResult(error, passwordChangeFields);
  },

  async deleteAccount(password, token) {
    const { error } = await authClient.deleteUser({ password });
    if (!error) await revokeToken(token);
    return toAuthResult(error);
  },

  async listSessions(userId) {
    const [sessions, current] = await Promise.all([fetchSessions(), authClient.getSession()]);
    // the session cookie may belong to another user without any tab having been notified
    if (sessions.some((session) => session.userId !== userId)) throw toProblem({ status: 401, message: "Another user is signed in. Reload the page." });
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

async function fetchSessions() {
  const { data, error } = await authClient.listSessions();
  if (error) throw toProblem(error);
  return data;
}

function toSession(session: Awaited<ReturnType<typeof fetchSessions>>[number], currentId: string | undefined): Session {
  return {
    id: session.id,
    createdAt: new Date(session.createdAt).toISOString(),
    ipAddress: session.ipAddress || null,
    userAgent: session.userAgent || null,
    isCurrent: session.id === currentId,
  };
}

/** Returns whether the token is revoked. */
async function revokeToken(token: string | null): Promise<boolean> {
  if (!token) return true;
  const { error, response } = await logOut({ ...withToken(token), throwOnError: false });
  return !error || response?.status === 401;
}

const fieldsByCode: Record<string, FieldName> = {
  INVALID_NAME: "name",
  INVALID_EMAIL: "email",
  USER_ALREADY_EXISTS: "email",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "email",
  PASSWORD_TOO_SHORT: "password",
  PASSWORD_TOO_LONG: "password",
};

const passwordChangeFields: Record<string, FieldName> = {
  PASSWORD_TOO_SHORT: "newPassword",
  PASSWORD_TOO_LONG: "newPassword",
};

function toAuthResult(error: BetterAuthError | null, fields = fieldsByCode): AuthResult {
  if (!error) return { ok: true };
  if (error.code === "INVALID_PASSWORD") return incorrectPassword(fields === passwordChangeFields ? "currentPassword" : "password");
  return { ok: false, message: toMessage(error), field: toFieldName(error, fields) };
}

function toMessage({ status, message }: BetterAuthError): string {
  if (status === 0 || status >= 500) return "Something went wrong. Try again in a moment.";
  return (message ?? "Something went wrong.").replace(/^\[body\.\w+\] /, "").replace("Invalid input: ", "");
}

function toFieldName({ code = "", message = "" }: BetterAuthError, fields: Record<string, FieldName>): FieldName | undefined {
  const named = /^\[body\.(name|email|password)\]/.exec(message)?.[1] as FieldName | undefined;
  return named ?? fields[code];
}

function toProblem({ status, message }: BetterAuthError) {
  return { status, title: "Authentication failed", detail: message ?? "Something went wrong." };
}
