// What each way of signing in offers. The app knows no more of it than this.

/** How an attempt went; `field` is the one to correct, if it is one. */
export type Outcome = { ok: true } | { ok: false; message: string; field?: "name" | "email" | "password" };

export type Credentials = { email: string; password: string };

export type Session = {
  id: string;
  createdAt: string;
  expiresAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  current: boolean;
};

export interface TokenSource {
  /** A new token for the service, or null where nobody is signed in. */
  fetchToken(): Promise<string | null>;
  signUp(user: Credentials & { name: string }): Promise<Outcome>;
  signIn(credentials: Credentials): Promise<Outcome>;
  /** Ends the session, and `token` with it. */
  signOut(token: string | null): Promise<void>;
  listSessions(): Promise<Session[]>;
  endSession(id: string): Promise<void>;
}
