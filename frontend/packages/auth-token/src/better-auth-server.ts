// The route that issues access tokens for the session of a Better Auth server, signed with a secret shared with the API.
import { encodeBase64Url } from "./base64-url.js";

export type AuthenticatedSession = {
  user: { id: string; email: string; emailVerified: boolean; name: string };
  session: { id: string };
};

export type TokenRouteOptions<S extends AuthenticatedSession> = {
  /** `(headers) => auth.api.getSession({ headers })` */
  getSession: (headers: Headers) => Promise<S | null>;
  /** The HS256 key: `BETTER_AUTH_SECRET`, as at the API. */
  secret: string;
  /** Lifetime in seconds. A token also ends with its session if the API checks `sid`. */
  expiresIn?: number;
  /** Additional claims, for example `role`. The claims that this route sets take precedence. */
  claims?: (session: S) => Record<string, unknown>;
};

const secondsPerDay = 24 * 60 * 60;

/** Returns the handler of `GET /api/auth/token`. Answers `{"token": …}`, or 401 without a session. */
export function createTokenRoute<S extends AuthenticatedSession>(options: TokenRouteOptions<S>): (request: Request) => Promise<Response> {
  const { getSession, secret, expiresIn = secondsPerDay, claims = () => ({}) } = options;
  if (!secret) throw new Error("the token route needs a secret");
  return async ({ headers }) => {
    const session = await getSession(headers);
    if (!session) return uncachedJson({ message: "Unauthorized", code: "UNAUTHORIZED" }, 401);
    const token = await signHs256({ ...claims(session), ...standardClaims(session, expiresIn) }, secret);
    return uncachedJson({ token }, 200);
  };
}

// `sid` ties the token to its session. `email` is included only if verified: Better Auth would accept a token with an email,
// signed with its secret, as proof that the address is verified.
function standardClaims({ user, session }: AuthenticatedSession, expiresIn: number) {
  const iat = Math.floor(Date.now() / 1000);
  const email = user.emailVerified ? user.email : undefined;
  return { email, name: user.name, sid: session.id, sub: user.id, iat, exp: iat + expiresIn };
}

/** Signs a JWT (RFC 7515 §3.1) with HMAC-SHA256. */
async function signHs256(claims: object, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const input = [{ alg: "HS256" }, claims].map((part) => encodeBase64Url(encoder.encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign(algorithm.name, key, encoder.encode(input));
  return `${input}.${encodeBase64Url(new Uint8Array(signature))}`;
}

function uncachedJson(body: object, status: number): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
