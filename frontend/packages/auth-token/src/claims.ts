// Reads JWT claims without verifying the signature: that is the service's job.

export type User = { id: string; name: string | null; email: string | null };

type Claims = { sub: string; name?: string; email?: string; iat?: number; exp: number };

function decodeClaims(token: string): Claims {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
}

export function userFromToken(token: string): User {
  const { sub, name, email } = decodeClaims(token);
  return { id: sub, name: name ?? null, email: email ?? null };
}

/** The lifetime of a newly issued token. Computed from its own claims, so that a wrong local clock does not matter. */
export function tokenLifetimeMs(token: string, now: number): number {
  const { iat, exp } = decodeClaims(token);
  return iat === undefined ? exp * 1000 - now : (exp - iat) * 1000;
}
