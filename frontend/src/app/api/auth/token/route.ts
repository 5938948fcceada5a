// Issues the access token: signed here with the shared secret, or by Better Auth's jwt plugin in jwks mode.
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

// `sid` ties the token to its session. `email` is included only if verified: Better Auth would accept a token with an email,
// signed with this secret, as proof that the address is verified.
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
