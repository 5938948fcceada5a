// Issues the access token: signed here with the shared secret, or by Better Auth's jwt plugin in jwks mode.
import { createTokenRoute } from "@taskbridge/auth-token/better-auth/server";
import { authMode, betterAuthSecret } from "@/lib/settings";

export async function GET(request: Request): Promise<Response> {
  const mode = authMode();
  if (mode === "backend") return new Response(null, { status: 404 });
  const { handleAuthRequest, auth } = await import("@/lib/auth");
  if (mode === "jwks") return handleAuthRequest(request);

  const getSession = (headers: Headers) => auth.api.getSession({ headers });
  return createTokenRoute({ getSession, secret: betterAuthSecret() })(request);
}
