// What a token says. Read, not verified: that is the service's part.

export type User = { id: string; name: string | null; email: string | null };

type Claims = { sub: string; name?: string; email?: string; iat?: number; exp: number };

function claimsOf(token: string): Claims {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const octets = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(octets)) as Claims;
}

export function userOf(token: string): User {
  const { sub, name, email } = claimsOf(token);
  return { id: sub, name: name ?? null, email: email ?? null };
}

/** For how long a token just received is good, in milliseconds: its own span, so that a wrong clock here does no harm. */
export function lifetimeOf(token: string, now: number): number {
  const { iat, exp } = claimsOf(token);
  return iat === undefined ? exp * 1000 - now : (exp - iat) * 1000;
}
