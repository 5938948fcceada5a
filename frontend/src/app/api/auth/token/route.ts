// The token that the service takes: minted here under the shared secret, or by Better Auth's jwt plugin under its keys.
import { SignJWT } from "jose";
import { authMode, betterAuthSecret } from "@/lib/settings";

export async function GET(request: Request): Promise<Response> {
  const mode = authMode();
  if (mode === "backend") return new Response(null, { status: 404 });
  const { handleAuthRequest, auth } = await import("@/lib/auth");
  if (mode === "jwks") return handleAuthRequest(request);

  const session = await auth.api.getSession({ headers: request.headers });
  if (!session) return uncachedJson({ message: "Unauthorized", code: "UNAUTHORIZED" }, 401);
  return uncachedJson({ token: await signToken(session) }, 200);
}

type AuthenticatedSession = { user: { id: string; email: string; emailVerified: boolean; name: string }; session: { id: string } };

// It ends with its session. Better Auth would take one with an address, under its own secret, for the proof of that address
function signToken({ user: { id, email, emailVerified, name }, session }: AuthenticatedSession): Promise<string> {
  return new SignJWT({ ...(emailVerified && { email }), name, sid: session.id })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(id)
    .setIssuedAt()
    .setExpirationTime("24h")
    .sign(new TextEncoder().encode(betterAuthSecret()));
}

function uncachedJson(body: object, status: number): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
