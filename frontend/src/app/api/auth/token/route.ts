// Issues the access token: signed here with the shared secret, or by Better Auth's jwt plugin in jwks mode.
import { createTokenRoute } from "@taskbridge/auth-token/better-auth/server";
import { authMode, betterAuthSecret, hasAuthServer } from "@/lib/settings";

export async function GET(request: Request): Promise<Response> {
  if (!hasAuthServer()) return new Response(null, { status: 404 });
  const { handleAuthRequest, auth } = await import("@/lib/auth");
  if (authMode() === "jwks") return handleAuthRequest(request);

  const getSession = (headers: Headers) => auth.api.getSession({ headers });
  return createTokenRoute({ getSession, secret: betterAuthSecret() })(request);
}
