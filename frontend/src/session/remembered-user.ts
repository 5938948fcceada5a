// Remembers in localStorage who is signed in, so that the app opens before the session is confirmed, also offline.
import type { User } from "@taskbridge/auth-token";
import { setSignedInCookie } from "./signed-in-cookie";

const key = "taskbridge.user";

let cached: { json: string | null; user: User | null } = { json: null, user: null };

export function rememberUser(user: User): void {
  setSignedInCookie(true);
  try {
    localStorage.setItem(key, JSON.stringify(user));
  } catch {
    // storage is blocked: the app does not open offline
  }
}

/** The same object for the same user. */
export function getRememberedUser(): User | null {
  try {
    const json = localStorage.getItem(key);
    if (json !== cached.json) cached = { json, user: json === null ? null : (JSON.parse(json) as User) };
    return cached.user;
  } catch {
    return null;
  }
}

export function isRemembered(user: User | null): boolean {
  return user !== null && getRememberedUser() !== null && JSON.stringify(user) === cached.json;
}

/** Returns whether a user was remembered. */
export function forgetUser(): boolean {
  const isRemembered = getRememberedUser() !== null;
  setSignedInCookie(false);
  try {
    localStorage.removeItem(key);
  } catch {
    // storage is blocked
  }
  return isRemembered;
}
