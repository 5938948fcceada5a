// What each way of signing in offers. The app knows no more of it than this.

export type FieldName = "name" | "email" | "password" | "currentPassword" | "newPassword";

/** How an attempt went; `field` is the one to correct, if it is one. */
export type AuthResult = { ok: true } | { ok: false; message: string; field?: FieldName };

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
  /** A token for the service, or null where nobody is signed in. */
  fetchToken(): Promise<string | null>;
  // These run in TokenKeeper.handOver: none of them may ask the keeper for a token.
  signUp(user: Credentials & { name: string }): Promise<AuthResult>;
  signIn(credentials: Credentials): Promise<AuthResult>;
  /** Signs this browser out, and ends `token`. What of it could not be done is said; it throws where one is still signed in. */
  signOut(token: string | null): Promise<string | null>;
  /** Deletes the user and their tasks, and ends `token`. */
  deleteAccount(password: string, token: string | null): Promise<AuthResult>;

  /** Ends all other sessions too; the token may have ended, where the present one was replaced. */
  changePassword(change: PasswordChange): Promise<AuthResult>;
  /** Fails where somebody else is signed in by now. */
  listSessions(userId: string): Promise<Session[]>;
  revokeSession(id: string): Promise<void>;
}
