// AUTH_MODE=backend: the service signs users in, and this server keeps their refresh token from the page's scripts.
import { logIn, logOut, refreshToken, signUp, type Tokens } from "@/client";
import { dropRefreshToken, keepRefreshToken, refreshTokenKept, serviceFor } from "@/lib/backend-session";
import { authMode } from "@/lib/settings";

type Answer<T> = { data?: T; error?: unknown; response?: Response };

const actions: Record<string, (request: Request) => Promise<Response>> = {
  "sign-up": async (request) => {
    const body = await request.json();
    return signedIn(request, await signUp({ client: serviceFor(request), body, throwOnError: false }));
  },

  "sign-in": async (request) => {
    const body = await request.json();
    return signedIn(request, await logIn({ client: serviceFor(request), body, throwOnError: false }));
  },

  token: async (request) => {
    const refresh_token = await refreshTokenKept(request);
    if (!refresh_token) return new Response(null, { status: 401 });
    const answer = await refreshToken({ client: serviceFor(request), body: { refresh_token }, throwOnError: false });
    if (answer.response?.status === 401) await dropRefreshToken(request);
    return signedIn(request, answer);
  },

  "sign-out": async (request) => {
    const ended = await endSession(request);
    // whatever the service says, this browser is signed out
    await dropRefreshToken(request);
    return Response.json({ ended });
  },
};

/** Whether there is none any more. Without a token, or with one that is over, the cookie's own gets another, to end it by. */
async function endSession(request: Request): Promise<boolean> {
  const client = serviceFor(request);
  const { error, response } = await logOut({ client, throwOnError: false });
  if (response?.status !== 401) return !error;
  const refresh_token = await refreshTokenKept(request);
  if (!refresh_token) return true;
  const renewed = await refreshToken({ client, body: { refresh_token }, throwOnError: false });
  if (!renewed.data) return renewed.response?.status === 401;
  const headers = { Authorization: `Bearer ${renewed.data.access_token}` };
  return !(await logOut({ client, headers, throwOnError: false })).error;
}

export async function POST(request: Request, { params }: { params: Promise<{ action: string }> }): Promise<Response> {
  const { action } = await params;
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (authMode() !== "backend" || !act) return new Response(null, { status: 404 });
  if (!isOurOwn(request)) return new Response(null, { status: 403 });
  try {
    return await act(request);
  } catch (error) {
    if (error instanceof SyntaxError) return new Response(null, { status: 400 });
    throw error;
  }
}

/** Whether a page of ours asks: another site's form would sign its visitor in as somebody else. */
function isOurOwn({ headers }: Request): boolean {
  const site = headers.get("Sec-Fetch-Site");
  if (site) return site === "same-origin";
  const origin = headers.get("Origin");
  const host = headers.get("X-Forwarded-Host") ?? headers.get("Host");
  return origin !== null && URL.canParse(origin) && new URL(origin).host === host;
}

async function signedIn(request: Request, answer: Answer<Tokens>): Promise<Response> {
  if (!answer.data) return refused(answer);
  await keepRefreshToken(request, answer.data);
  return Response.json({ token: answer.data.access_token }, { headers: { "Cache-Control": "no-store" } });
}

/** The service's problem as it is, or a 503 if it sent no complete response. */
function refused({ error, response: received }: Answer<unknown>): Response {
  const response = received?.ok || error instanceof Error ? undefined : received;
  const away = { type: "about:blank", title: "Unavailable", status: 503, detail: "The service can’t be reached." };
  const problem = response ? (error as object) : away;
  const headers = new Headers({ "Content-Type": "application/problem+json" });
  const wait = response?.headers.get("Retry-After");
  if (wait) headers.set("Retry-After", wait);
  return Response.json(problem, { status: response?.status ?? 503, headers });
}
