// The refresh-cookie routes against an HTTP server that issues tokens.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRefreshCookieRoute } from "./next.js";

type Answer = { status: number; body?: object; headers?: Record<string, string> };

let server: Server;
let apiUrl: string;
let calls: { path: string; body: string; authorization: string | undefined; client: string | undefined }[];
let answers: Record<string, Answer>;

const tokens = { access_token: "access", refresh_token: "refresh", token_type: "Bearer", expires_in: 60 };

beforeEach(async () => {
  calls = [];
  answers = {};
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = request.url!;
    const { authorization, "x-forwarded-for": client } = request.headers;
    calls.push({ path, body, authorization, client: client as string | undefined });
    const answer = answers[path] ?? { status: 200, body: tokens };
    response.writeHead(answer.status, answer.headers).end(answer.body && JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function post(action: string, body: string | object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const route = createRefreshCookieRoute({ apiUrl: () => apiUrl, cookieName: "shop", timeoutMs: 1_000 });
  const init = { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) };
  const request = new Request(`https://example.com/api/account/${action}`, { ...init, headers: { "Sec-Fetch-Site": "same-origin", ...headers } });
  return route(request, { params: Promise.resolve({ action }) });
}

const setCookie = (response: Response) => response.headers.get("Set-Cookie");

test.each([["sign-in", "/api/auth/login"], ["sign-up", "/api/auth/signup"]])("%s keeps the refresh token in a cookie", async (action, path) => {
  const response = await post(action, { email: "ann@example.com" }, { "X-Forwarded-For": "203.0.113.7" });
  expect(await response.json()).toEqual({ token: "access" });
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(setCookie(response)).toBe("shop=refresh; Path=/api/account; HttpOnly; SameSite=Strict; Max-Age=2592000");
  expect(calls).toEqual([{ path, body: '{"email":"ann@example.com"}', authorization: undefined, client: "203.0.113.7" }]);
});

test("the refresh token is exchanged and replaced", async () => {
  answers["/api/auth/refresh"] = { status: 200, body: { ...tokens, refresh_token: "a b;c" } };
  const response = await post("token", {}, { Cookie: "other=1; shop=old%3D; shops=2" });
  expect(calls).toMatchObject([{ path: "/api/auth/refresh", body: '{"refresh_token":"old="}' }]);
  expect(setCookie(response)).toContain("shop=a%20b%3Bc; ");
});

test("a rejected refresh token is deleted, a rejected password deletes nothing", async () => {
  const rejected = { status: 401, body: { status: 401, detail: "rejected" } };
  answers = { "/api/auth/refresh": rejected, "/api/auth/login": rejected };
  const [refreshed, signedIn] = [await post("token", {}, { Cookie: "shop=old" }), await post("sign-in")];
  expect([refreshed.status, signedIn.status]).toEqual([401, 401]);
  expect(setCookie(refreshed)).toBe("shop=; Path=/api/account; HttpOnly; SameSite=Strict; Max-Age=0");
  expect(setCookie(signedIn)).toBeNull();
  expect(await signedIn.json()).toEqual(rejected.body);
});

test.each(["", "shop=", "shop=%E0%A4%A", "xshop=1"])("the cookie %j has no refresh token", async (cookie) => {
  expect((await post("token", {}, { Cookie: cookie })).status).toBe(401);
  expect(calls).toEqual([]);
});

test("under https the cookie has the __Host- prefix", async () => {
  const https = { "X-Forwarded-Proto": "https, http" };
  const attributes = "; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=";
  expect(setCookie(await post("sign-in", {}, https))).toBe(`__Host-shop=refresh${attributes}2592000`);
  expect((await post("token", {}, { ...https, Cookie: "shop=old" })).status).toBe(401);
  expect(setCookie(await post("sign-out", {}, https))).toBe(`__Host-shop=${attributes}0`);
});

test("sign-out revokes the session without a valid access token", async () => {
  answers["/api/auth/logout"] = { status: 204 };
  expect(await (await post("sign-out", {}, { Authorization: "Bearer access" })).json()).toEqual({ revoked: true });
  answers["/api/auth/logout"] = { status: 401 };
  expect(await (await post("sign-out", {}, { Cookie: "shop=old" })).json()).toEqual({ revoked: false });
  expect(calls.map(({ path, authorization }) => [path, authorization])).toEqual([
    ["/api/auth/logout", "Bearer access"],
    ["/api/auth/logout", undefined],
    ["/api/auth/refresh", undefined],
    ["/api/auth/logout", "Bearer access"],
  ]);
});

test("an unreachable API answers 503, and sign-out still deletes the cookie", async () => {
  apiUrl = "http://127.0.0.1:1";
  const response = await post("sign-in");
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ status: 503 });
  const signedOut = await post("sign-out", {}, { Cookie: "shop=old" });
  expect(await signedOut.json()).toEqual({ revoked: false });
  expect(setCookie(signedOut)).toContain("shop=; ");
});

test("an incomplete response answers 503", async () => {
  answers["/api/auth/login"] = { status: 200, body: { access_token: "access" } };
  expect((await post("sign-in")).status).toBe(503);
});

test("errors are forwarded with Retry-After", async () => {
  answers["/api/auth/login"] = { status: 429, body: { status: 429 }, headers: { "Retry-After": "7" } };
  const response = await post("sign-in");
  expect(response.status).toBe(429);
  expect(response.headers.get("Retry-After")).toBe("7");
});

test.each([
  { "Sec-Fetch-Site": "cross-site" },
  { "Sec-Fetch-Site": "same-site" },
  { "Sec-Fetch-Site": "" },
  { "Sec-Fetch-Site": "", Origin: "null", Host: "example.com" },
  { "Sec-Fetch-Site": "", Origin: "https://attacker.example", Host: "example.com" },
])("a request of another site is rejected: %j", async (headers) => {
  expect((await post("sign-in", {}, headers)).status).toBe(403);
  expect(calls).toEqual([]);
});

test("unknown actions and invalid JSON are rejected", async () => {
  expect((await post("constructor")).status).toBe(404);
  expect((await post("sign-in", "{")).status).toBe(400);
});
