// Accounts and sessions at Better Auth, whichever way it makes its tokens.
import { logOut } from "@/client";
import { withOnly } from "../api";
import { authClient } from "../auth-client";
import type { FieldName, Outcome, Session, TokenSource } from "./auth-adapter";

type Failure = { status: number; code?: string; message?: string };

export const betterAuth: Omit<TokenSource, "fetchToken"> = {
  async signUp(user) {
    const { error } = await authClient.signUp.email(user);
    return outcome(error);
  },

  async signIn(credentials) {
    const { error } = await authClient.signIn.email(credentials);
    return outcome(error);
  },

  async signOut(token) {
    // the service hears of the session's end by itself, and a moment later
    const ended = endToken(token).catch(() => false);
    const { error } = await authClient.signOut();
    if (error) throw problem(error);
    return (await ended) ? null : "The token that this browser had ends when the service is back.";
  },

  async changePassword(change) {
    const { error } = await authClient.changePassword({ ...change, revokeOtherSessions: true });
    return outcome(error, fieldsOfChange);
  },

  async closeAccount(password, token) {
    const { error } = await authClient.deleteUser({ password });
    if (!error) await endToken(token);
    return outcome(error);
  },

  async listSessions(userId) {
    const [present, current] = await Promise.all([sessions(), authClient.getSession()]);
    // the cookie may be another's by now, and no tab have said so
    if (present.some((session) => session.userId !== userId)) throw problem({ status: 401, message: "Somebody else is signed in. Reload the page." });
    return present.map((session) => shown(session, current.data?.session.id));
  },

  async endSession(id) {
    const session = (await sessions()).find((candidate) => candidate.id === id);
    if (!session) return;
    const { error } = await authClient.revokeSession({ token: session.token });
    if (error) throw problem(error);
  },
};

async function sessions() {
  const { data, error } = await authClient.listSessions();
  if (error) throw problem(error);
  return data;
}

function shown(session: Awaited<ReturnType<typeof sessions>>[number], current: string | undefined): Session {
  return {
    id: session.id,
    createdAt: new Date(session.createdAt).toISOString(),
    ipAddress: session.ipAddress || null,
    userAgent: session.userAgent || null,
    current: session.id === current,
  };
}

/** Whether it is let in no more. */
async function endToken(token: string | null): Promise<boolean> {
  if (!token) return true;
  const { error, response } = await logOut({ ...withOnly(token), throwOnError: false });
  return !error || response?.status === 401;
}

const fieldsByCode: Record<string, FieldName> = {
  INVALID_NAME: "name",
  INVALID_EMAIL: "email",
  USER_ALREADY_EXISTS: "email",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "email",
  INVALID_PASSWORD: "password",
  PASSWORD_TOO_SHORT: "password",
  PASSWORD_TOO_LONG: "password",
};

const fieldsOfChange: Record<string, FieldName> = {
  INVALID_PASSWORD: "currentPassword",
  PASSWORD_TOO_SHORT: "newPassword",
  PASSWORD_TOO_LONG: "newPassword",
};

function outcome(error: Failure | null, fields = fieldsByCode): Outcome {
  if (!error) return { ok: true };
  return { ok: false, message: messageOf(error), field: fieldOf(error, fields) };
}

function messageOf({ status, message }: Failure): string {
  if (status === 0 || status >= 500) return "That is not possible right now. Try again in a moment.";
  return (message ?? "That did not work.").replace(/^\[body\.\w+\] /, "").replace("Invalid input: ", "");
}

function fieldOf({ code = "", message = "" }: Failure, fields: Record<string, FieldName>): FieldName | undefined {
  const named = /^\[body\.(name|email|password)\]/.exec(message)?.[1] as FieldName | undefined;
  return named ?? fields[code];
}

function problem({ status, message }: Failure) {
  return { status, title: "Sign-in", detail: message ?? "Better Auth did not answer." };
}
