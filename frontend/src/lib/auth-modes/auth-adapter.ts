// The interface between the app and an authentication mode.
import { translate } from "../i18n/translate";

export type FieldName = "name" | "email" | "password" | "currentPassword" | "newPassword";

/** `field` is the invalid field, if the error belongs to one. */
export type AuthResult = { ok: true } | { ok: false; message: string; field?: FieldName };

/** The result if the password in `field` does not match the account. */
export function incorrectPassword(field: "password" | "currentPassword"): AuthResult {
  return { ok: false, message: translate(field === "password" ? "auth.incorrectPassword" : "auth.incorrectCurrentPassword"), field };
}

export type Credentials = { email: string; password: string };

export type PasswordChange = { currentPassword: string; newPassword: string };

export type Session = {
  id: string;
  createdAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  isCurrent: boolean;
};

export interface AuthAdapter {
  // The following run inside TokenManager.runExclusive and must not request a token.
  signUp(user: Credentials & { name: string }): Promise<AuthResult>;
  signIn(credentials: Credentials): Promise<AuthResult>;
  /** Signs out this browser and revokes `token`. Returns a warning if revocation is incomplete; throws if the user is still signed in. */
  signOut(token: string | null): Promise<string | null>;
  /** Deletes the user and their tasks, and revokes `token`. */
  deleteAccount(password: string, token: string | null): Promise<AuthResult>;

  /** Revokes all other sessions. The current token may be revoked too, because Better Auth replaces the session. */
  changePassword(change: PasswordChange): Promise<AuthResult>;
  /** Rejects if another user is signed in by now. */
  listSessions(userId: string): Promise<Session[]>;
  revokeSession(id: string): Promise<void>;
  /** Revokes all sessions except the current one. */
  revokeOtherSessions(): Promise<void>;
}
