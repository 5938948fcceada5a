// Accounts and sessions at Better Auth, whichever way it makes its tokens.
import { logOut } from "@/client";
import { authClient } from "../auth-client";
import type { Outcome, Session, TokenSource } from "./token-source";

type Failure = { status: number; code?: string; message?: string };
type Field = "name" | "email" | "password";

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
    const { error } = await authClient.signOut();
    if (error) throw problem(error);
    // the session first, so that no other token can be had; then the token that is out already
    if (token) await logOut({ headers: { Authorization: `Bearer ${token}` }, throwOnError: false });
  },

  async listSessions() {
    const [present, current] = await Promise.all([sessions(), authClient.getSession()]);
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
    expiresAt: new Date(session.expiresAt).toISOString(),
    ipAddress: session.ipAddress || null,
    userAgent: session.userAgent || null,
    current: session.id === current,
  };
}

function outcome(error: Failure | null): Outcome {
  if (!error) return { ok: true };
  return { ok: false, message: messageOf(error), field: fieldOf(error) };
}

function messageOf({ status, message }: Failure): string {
  if (status === 0 || status >= 500) return "Signing in is not possible right now. Try again in a moment.";
  return (message ?? "That did not work.").replace(/^\[body\.\w+\] /, "").replace("Invalid input: ", "");
}

function fieldOf({ code = "", message = "" }: Failure): Field | undefined {
  const named = /^\[body\.(name|email|password)\]/.exec(message)?.[1] as Field | undefined;
  if (named) return named;
  if (code.startsWith("USER_ALREADY_EXISTS") || code === "INVALID_EMAIL") return "email";
  if (code.startsWith("PASSWORD_TOO_")) return "password";
  return undefined;
}

function problem({ status, message }: Failure) {
  return { status, title: "Sign-in", detail: message ?? "Better Auth did not answer." };
}
