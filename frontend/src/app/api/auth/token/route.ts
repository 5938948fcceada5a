// The token that the service takes: minted here under the shared secret, or by Better Auth's jwt plugin under its keys.
import { SignJWT } from "jose";
import { authMode, betterAuthSecret } from "@/lib/settings";

export async function GET(request: Request): Promise<Response> {
  const mode = authMode();
  if (mode === "backend") return new Response(null, { status: 404 });
  const { answer, auth } = await import("@/lib/auth");
  if (mode === "jwks") return answer(request);

  const session = await auth.api.getSession({ headers: request.headers });
  if (!session) return nowhereKept({ message: "Unauthorized", code: "UNAUTHORIZED" }, 401);
  const isFresh = new URL(request.url).searchParams.has("fresh");
  return nowhereKept({ token: await mint(session.user, isFresh ? now() : beginOf(session.session)) }, 200);
}

const lifetime = 24 * 60 * 60;
const period = lifetime - 60 * 60;

const now = () => Math.floor(Date.now() / 1000);

/** One and the same token for most of a session's day, however often a page is loaded: then signing out ends all there are. */
function beginOf({ createdAt }: { createdAt: Date }): number {
  const first = Math.ceil(createdAt.getTime() / 1000);
  return first + Math.max(0, Math.floor((now() - first) / period)) * period;
}

type User = { id: string; email: string; emailVerified: boolean; name: string };

// Better Auth would take a token with an address, under its own secret, for the proof of that address
function mint({ id, email, emailVerified, name }: User, begin: number): Promise<string> {
  return new SignJWT(emailVerified ? { email, name } : { name })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(id)
    .setIssuedAt(begin)
    .setExpirationTime(begin + lifetime)
    .sign(new TextEncoder().encode(betterAuthSecret()));
}

function nowhereKept(body: object, status: number): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
