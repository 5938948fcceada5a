// Routes for AUTH_MODE=backend. The service authenticates users; the refresh token stays in an HttpOnly cookie.
import { logIn, logOut, refreshToken, signUp, type Tokens } from "@/client";
import { deleteRefreshToken, setRefreshToken, getRefreshToken, createServiceClient } from "@/lib/backend-session";
import { authMode } from "@/lib/settings";

type ServiceResponse<T> = { data?: T; error?: unknown; response?: Response };

const handlers: Record<string, (request: Request) => Promise<Response>> = {
  "sign-up": async (request) => {
    const body = await request.json();
    return tokenResponse(request, await signUp({ client: createServiceClient(request), body, throwOnError: false }));
  },

  "sign-in": async (request) => {
    const body = await request.json();
    return tokenResponse(request, await logIn({ client: createServiceClient(request), body, throwOnError: false }));
  },

  token: async (request) => {
    const refresh_token = await getRefreshToken(request);
    if (!refresh_token) return new Response(null, { status: 401 });
    const result = await refreshToken({ client: createServiceClient(request), body: { refresh_token }, throwOnError: false });
    if (result.response?.status === 401) await deleteRefreshToken(request);
    return tokenResponse(request, result);
  },

  "sign-out": async (request) => {
    const revoked = await revokeSession(request);
    // the browser is signed out even if the service did not revoke the session
    await deleteRefreshToken(request);
    return Response.json({ revoked });
  },
};

/** Returns whether the session is revoked. Without a valid access token, it obtains one with the refresh token from the cookie. */
async function revokeSession(request: Request): Promise<boolean> {
  const client = createServiceClient(request);
  const { error, response } = await logOut({ client, throwOnError: false });
  if (response?.status !== 401) return !error;
  const refresh_token = await getRefreshToken(request);
  if (!refresh_token) return true;
  const refreshed = await refreshToken({ client, body: { refresh_token }, throwOnError: false });
  if (!refreshed.data) return refreshed.response?.status === 401;
  const headers = { Authorization: `Bearer ${refreshed.data.access_token}` };
  return !(await logOut({ client, headers, throwOnError: false })).error;
}

export async function POST(request: Request, { params }: { params: Promise<{ action: string }> }): Promise<Response> {
  const { action } = await params;
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
  if (authMode() !== "backend" || !handler) return new Response(null, { status: 404 });
  if (!isSameOrigin(request)) return new Response(null, { status: 403 });
  try {
    return await handler(request);
  } catch (error) {
    if (error instanceof SyntaxError) return new Response(null, { status: 400 });
    throw error;
  }
}

/** CSRF check: without it, a form on another site could sign its visitor in to the attacker's account. */
function isSameOrigin({ headers }: Request): boolean {
  const site = headers.get("Sec-Fetch-Site");
  if (site) return site === "same-origin";
  const origin = headers.get("Origin");
  const host = headers.get("X-Forwarded-Host") ?? headers.get("Host");
  return origin !== null && URL.canParse(origin) && new URL(origin).host === host;
}

async function tokenResponse(request: Request, result: ServiceResponse<Tokens>): Promise<Response> {
  if (!result.data) return errorResponse(result);
  await setRefreshToken(request, result.data);
  return Response.json({ token: result.data.access_token }, { headers: { "Cache-Control": "no-store" } });
}

/** Forwards the service's problem document, or answers 503 if the response was missing or incomplete. */
function errorResponse({ error, response: received }: ServiceResponse<unknown>): Response {
  const response = received?.ok || error instanceof Error ? undefined : received;
  const unavailable = { type: "about:blank", title: "Unavailable", status: 503, detail: "Can't reach the server." };
  const problem = response ? (error as object) : unavailable;
  const headers = new Headers({ "Content-Type": "application/problem+json" });
  const wait = response?.headers.get("Retry-After");
  if (wait) headers.set("Retry-After", wait);
  return Response.json(problem, { status: response?.status ?? 503, headers });
}
