// The service signs users in. This app's server keeps the refresh token; the page has the access token alone.
import { listSessions, revokeSession, type Problem, type Session as Row } from "@/client";
import { failureOf } from "../problem";
import type { Outcome, Session, TokenSource } from "./token-source";

export const backend: TokenSource = {
  async fetchToken() {
    const response = await post("token");
    if (response.status === 401) return null;
    if (!response.ok) throw await response.json();
    return ((await response.json()) as { token: string }).token;
  },

  signUp: async (user) => outcome(await post("sign-up", user)),
  signIn: async (credentials) => outcome(await post("sign-in", credentials)),

  async signOut(token) {
    const response = await post("sign-out", {}, token);
    if (!response.ok) throw await response.json();
  },

  async listSessions() {
    const { data } = await listSessions();
    return data.items.map(shown);
  },

  async endSession(id) {
    await revokeSession({ path: { id } });
  },
};

function post(action: string, body: object = {}, token: string | null = null): Promise<Response> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(`/api/account/${action}`, { method: "POST", headers, body: JSON.stringify(body) });
}

function shown({ id, created_at, expires_at, ip_address, user_agent, current }: Row): Session {
  return { id, createdAt: created_at, expiresAt: expires_at, ipAddress: ip_address ?? null, userAgent: user_agent ?? null, current };
}

async function outcome(response: Response): Promise<Outcome> {
  if (response.ok) return { ok: true };
  const { status, detail, fields } = failureOf((await response.json()) as Problem);
  if (status === 409) return { ok: false, message: detail, field: "email" };
  for (const field of ["name", "email", "password"] as const) {
    const message = fields[field];
    if (message) return { ok: false, message, field };
  }
  return { ok: false, message: detail };
}
