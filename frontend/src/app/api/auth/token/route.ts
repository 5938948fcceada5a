// The token that the service takes: minted here under the shared secret, or by Better Auth's jwt plugin under its keys.
import { SignJWT } from "jose";
import { authMode } from "@/lib/settings";

export async function GET(request: Request): Promise<Response> {
  const mode = authMode();
  if (mode === "backend") return new Response(null, { status: 404 });
  const { auth } = await import("@/lib/auth");
  if (mode === "jwks") return auth.handler(request);

  const session = await auth.api.getSession({ headers: request.headers });
  if (!session) return answer({ message: "Unauthorized", code: "UNAUTHORIZED" }, 401);
  return answer({ token: await mint(session.user) }, 200);
}

function mint(user: { id: string; email: string; name: string }): Promise<string> {
  return new SignJWT({ email: user.email, name: user.name })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(user.id)
    .setIssuedAt()
    .setExpirationTime("24h")
    .sign(new TextEncoder().encode(process.env.BETTER_AUTH_SECRET));
}

function answer(body: object, status: number): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
