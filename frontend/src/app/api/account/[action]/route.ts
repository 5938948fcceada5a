// AUTH_MODE=backend: the service signs users in, and this server keeps their refresh token from the page's scripts.
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
    const answer = await refreshToken({ client: createServiceClient(request), body: { refresh_token }, throwOnError: false });
    if (answer.response?.status === 401) await deleteRefreshToken(request);
    return tokenResponse(request, answer);
  },

  "sign-out": async (request) => {
    const ended = await revokeSession(request);
    // whatever the service says, this browser is signed out
    await deleteRefreshToken(request);
    return Response.json({ ended });
  },
};

/** Whether there is none any more. Without a token, or with one that is over, the cookie's own gets another, to end it by. */
async function revokeSession(request: Request): Promise<boolean> {
  const client = createServiceClient(request);
  const { error, response } = await logOut({ client, throwOnError: false });
  if (response?.status !== 401) return !error;
  const refresh_token = await getRefreshToken(request);
  if (!refresh_token) return true;
  const renewed = await refreshToken({ client, body: { refresh_token }, throwOnError: false });
  if (!renewed.data) return renewed.response?.status === 401;
  const headers = { Authorization: `Bearer ${renewed.data.access_token}` };
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

/** Whether a page of ours asks: another site's form would sign its visitor in as somebody else. */
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

/** The service's problem as it is, or a 503 if it sent no complete response. */
function errorResponse({ error, response: received }: ServiceResponse<unknown>): Response {
  const response = received?.ok || error instanceof Error ? undefined : received;
  const away = { type: "about:blank", title: "Unavailable", status: 503, detail: "The service can’t be reached." };
  const problem = response ? (error as object) : away;
  const headers = new Headers({ "Content-Type": "application/problem+json" });
  const wait = response?.headers.get("Retry-After");
  if (wait) headers.set("Retry-After", wait);
  return Response.json(problem, { status: response?.status ?? 503, headers });
}
