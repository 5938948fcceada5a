// Route handlers for an API that issues refresh tokens: the refresh token stays in an HttpOnly cookie of the app.
import { ApiRequest, isTokens, type ApiOptions, type ApiResponse } from "./refresh-api.js";
import { RefreshCookie, type CookieOptions } from "./refresh-cookie.js";

export type RefreshCookieOptions = ApiOptions & CookieOptions;

type Context = { params: Promise<{ action: string }> };
type Call = { request: Request; api: ApiRequest; cookie: RefreshCookie };
type Handler = (call: Call) => Promise<Response>;

/**
 * Returns the POST handler for `app/api/account/[action]/route.ts`. Actions: `sign-up`, `sign-in` and `token` answer
 * `{"token": …}`; `sign-out` answers `{"revoked": …}` and always deletes the cookie.
 */
export function createRefreshCookieRoute(options: RefreshCookieOptions): (request: Request, context: Context) => Promise<Response> {
  return async (request, { params }) => {
    const { action } = await params;
    const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
    if (!handler) return new Response(null, { status: 404 });
    if (!isSameOrigin(request)) return new Response(null, { status: 403 });
    try {
      return await handler({ request, api: new ApiRequest(request, options), cookie: new RefreshCookie(request, options) });
    } catch (error) {
      if (error instanceof SyntaxError) return new Response(null, { status: 400 });
      throw error;
    }
  };
}

const handlers: Record<string, Handler> = {
  "sign-up": async ({ request, api, cookie }) => tokenResponse(await api.signUp(await request.json()), cookie),

  "sign-in": async ({ request, api, cookie }) => tokenResponse(await api.logIn(await request.json()), cookie),

  token: async ({ request, api, cookie }) => {
    const refreshToken = cookie.read(request);
    if (!refreshToken) return new Response(null, { status: 401 });
    const refreshed = await api.refresh(refreshToken);
    const response = tokenResponse(refreshed, cookie);
    if (refreshed?.status === 401) response.headers.set("Set-Cookie", cookie.delete());
    return response;
  },

  "sign-out": async (call) => {
    const revoked = await revokeSession(call);
    // the browser is signed out even if the API did not revoke the session
    return Response.json({ revoked }, { headers: { "Set-Cookie": call.cookie.delete() } });
  },
};

/** Returns whether the session is revoked. Without a valid access token, it obtains one with the refresh token from the cookie. */
async function revokeSession({ request, api, cookie }: Call): Promise<boolean> {
  const response = await api.logOut(request.headers.get("Authorization"));
  if (response?.status !== 401) return response?.ok === true;
  const refreshToken = cookie.read(request);
  if (!refreshToken) return true;
  const refreshed = await api.refresh(refreshToken);
  if (!isTokens(refreshed?.body)) return refreshed?.status === 401;
  return (await api.logOut(`Bearer ${refreshed.body.access_token}`))?.ok === true;
}

/** Forwards the API's error document, or answers 503 if the response was missing or incomplete. */
function tokenResponse(response: ApiResponse | null, cookie: RefreshCookie): Response {
  const headers = new Headers({ "Cache-Control": "no-store" });
  if (response?.ok && isTokens(response.body)) {
    headers.set("Set-Cookie", cookie.set(response.body.refresh_token));
    return Response.json({ token: response.body.access_token }, { headers });
  }
  headers.set("Content-Type", "application/problem+json");
  if (!response || response.ok || response.body === undefined) return Response.json(unavailable, { status: 503, headers });
  if (response.retryAfter) headers.set("Retry-After", response.retryAfter);
  return Response.json(response.body, { status: response.status, headers });
}

const unavailable = { type: "about:blank", title: "Unavailable", status: 503, detail: "Can't reach the server." };

/** CSRF check: without it, a form on another site could sign its visitor in to the attacker's account. */
function isSameOrigin({ headers }: Request): boolean {
  const site = headers.get("Sec-Fetch-Site");
  if (site) return site === "same-origin";
  const origin = headers.get("Origin");
  const host = headers.get("X-Forwarded-Host") ?? headers.get("Host");
  return origin !== null && URL.canParse(origin) && new URL(origin).host === host;
}
