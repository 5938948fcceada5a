// Routes for AUTH_MODE=backend. The service authenticates users; the refresh token stays in an HttpOnly cookie.
import { createRefreshCookieRoute } from "@taskbridge/auth-token/next";
import { authMode, internalApiUrl } from "@/lib/settings";
import { serverTimeoutMs } from "@/lib/timeout";

const handle = createRefreshCookieRoute({
  apiUrl: internalApiUrl,
  cookieName: "taskbridge.refresh_token",
  path: "/api/account",
  timeoutMs: serverTimeoutMs,
});

type Context = { params: Promise<{ action: string }> };

export async function POST(request: Request, context: Context): Promise<Response> {
  return authMode() === "backend" ? handle(request, context) : new Response(null, { status: 404 });
}
