// AUTH_MODE=backend: the service authenticates users. The page holds the access token only; the refresh token is in a cookie.
import { changePassword, deleteAccount, listSessions, revokeSession, type Session as Row } from "@/client";
import { withToken } from "../api";
import { translate } from "../i18n/translate";
import { toFailure } from "../problem";
import { postToAccountRoute } from "./account-route";
import { incorrectPassword, type AuthAdapter, type AuthResult, type FieldName, type Session } from "./auth-adapter";

export const backend: AuthAdapter = {
  signUp: async (user) => resultFromResponse(await postToAccountRoute("sign-up", user)),
  signIn: async (credentials) => resultFromResponse(await postToAccountRoute("sign-in", credentials)),

  async signOut(token) {
    const response = await postToAccountRoute("sign-out", {}, token);
    if (!response.ok) throw await response.json();
    const { revoked } = (await response.json()) as { revoked: boolean };
    return revoked ? null : translate("auth.sessionStaysListed");
  },

  async changePassword({ currentPassword, newPassword }) {
    const body = { current_password: currentPassword, new_password: newPassword };
    const { error } = await changePassword({ body, throwOnError: false });
    return toFailure(error).fields.current_password ? incorrectPassword("currentPassword") : toAuthResult(error);
  },

  async deleteAccount(password, token) {
    const { error } = await deleteAccount({ body: { password }, ...withToken(token), throwOnError: false });
    // the session is already deleted; this deletes its cookie
    if (!error) await postToAccountRoute("sign-out", {}, token);
    return toFailure(error).fields.password ? incorrectPassword("password") : toAuthResult(error);
  },

  async listSessions() {
    const { data } = await listSessions();
    return data.items.map(toSession);
  },

  async revokeSession(id) {
    await revokeSession({ path: { id } });
  },

  async revokeOtherSessions() {
    const { data } = await listSessions();
    const others = data.items.filter(({ current }) => !current);
    await Promise.all(others.map(({ id }) => revokeSession({ path: { id } })));
  },
};

function toSession({ id, created_at, ip_address, user_agent, current: isCurrent }: Row): Session {
  return { id, createdAt: created_at, ipAddress: ip_address ?? null, userAgent: user_agent ?? null, isCurrent };
}

async function resultFromResponse(response: Response): Promise<AuthResult> {
  return toAuthResult(response.ok ? undefined : await response.json());
}

const fieldNames: Record<string, FieldName> = {
  name: "name",
  email: "email",
  password: "password",
  current_password: "currentPassword",
  new_password: "newPassword",
};

function toAuthResult(error: unknown): AuthResult {
  if (!error) return { ok: true };
  const { status, detail, fields } = toFailure(error);
  if (status === 404) return { ok: false, message: translate("auth.disabled") };
  if (status === 409) return { ok: false, message: detail, field: "email" };
  const invalidField = Object.keys(fieldNames).find((name) => fields[name]);
  return invalidField ? { ok: false, message: fields[invalidField]!, field: fieldNames[invalidField] } : { ok: false, message: detail };
}
