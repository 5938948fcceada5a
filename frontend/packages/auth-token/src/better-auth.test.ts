// The plugin in Better Auth's own client.
import { createAuthClient } from "better-auth/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { apiToken } from "./better-auth.js";
import { createToken, FakeLockManager } from "./testing.js";

type Answer = { status?: number; body?: unknown };

let requests: string[];
let answers: Record<string, () => Promise<Answer>>;
let channelName: string;

beforeEach(() => {
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("navigator", { locks: new FakeLockManager(), onLine: true });
  channelName = crypto.randomUUID();
  requests = [];
  answers = {
    "/api/auth/token": async () => ({ body: { token: createToken() } }),
    "/api/auth/sign-out": async () => ({ body: { success: true } }),
    "/api/auth/sign-in/email": async () => ({ status: 401, body: { code: "INVALID_EMAIL_OR_PASSWORD" } }),
  };
});

afterEach(() => vi.unstubAllGlobals());

function openTab() {
  const plugin = apiToken({ channelName, sessionPaths: ["/switch-tenant"], apiUrl: "https://api.example.com", send: async (request) => Response.json(request.headers.get("Authorization")) });
  return createAuthClient({ baseURL: "https://example.com", plugins: [plugin], fetchOptions: { customFetchImpl: respond } });
}

async function respond(input: string | URL | Request): Promise<Response> {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  requests.push(pathname);
  const { status = 200, body = null } = (await answers[pathname]?.()) ?? {};
  return Response.json(body, { status });
}

const signIn = { email: "ann@example.com", password: "correct horse battery" };
const tokenRequests = () => requests.filter((path) => path === "/api/auth/token").length;

test("concurrent calls of all tabs send one token request", async () => {
  const tabs = [openTab(), openTab()];
  const tokens = await Promise.all(tabs.flatMap(({ apiToken }) => [apiToken.get(), apiToken.get()]));
  expect(new Set(tokens).size).toBe(1);
  expect(tokenRequests()).toBe(1);
});

test("fetch sends the token", async () => {
  const { apiToken } = openTab();
  const response = await apiToken.fetch("/tasks");
  expect(await response.json()).toBe(`Bearer ${await apiToken.get()}`);
  expect(apiToken.user()).toMatchObject({ id: "ann" });
});

test("a sign-out discards the token in every tab", async () => {
  const [here, there] = [openTab(), openTab()];
  const token = await here.apiToken.get();
  expect(await there.apiToken.get()).toBe(token);
  answers["/api/auth/token"] = async () => ({ status: 401, body: { code: "UNAUTHORIZED" } });
  await here.signOut();
  expect(await here.apiToken.get()).toBeNull();
  await vi.waitFor(async () => expect(await there.apiToken.get()).toBeNull());
});

test.each(["/two-factor/verify-totp", "/organization/set-active", "/revoke-sessions", "/switch-tenant"])("%s discards the token", async (path) => {
  const { apiToken, $fetch } = openTab();
  const token = await apiToken.get();
  await $fetch(path, { method: "POST", body: {} });
  expect(await apiToken.get()).not.toBe(token);
});

test.each(["/list-sessions", "/revoke-other-sessions", "/switch-tenants"])("%s keeps the token", async (path) => {
  const { apiToken, $fetch } = openTab();
  const token = await apiToken.get();
  await $fetch(path);
  expect(await apiToken.get()).toBe(token);
});

test("older clients, which ignore the returned options, are supported", async () => {
  const options = { customFetchImpl: respond };
  await apiToken({ channelName }).fetchPlugins[0]?.init("/sign-out", options);
  expect(options.customFetchImpl).not.toBe(respond);
});

test("a rejected sign-in keeps the token", async () => {
  const { apiToken, signIn: { email } } = openTab();
  const token = await apiToken.get();
  await email(signIn);
  expect(await apiToken.get()).toBe(token);
  expect(tokenRequests()).toBe(1);
});

test("no tab requests a token during a sign-in", async () => {
  const [here, there] = [openTab(), openTab()];
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  answers["/api/auth/sign-in/email"] = async () => {
    await answered;
    return { body: { token: "session", user: { id: "ann" } } };
  };
  const signedIn = here.signIn.email(signIn);
  await vi.waitFor(() => expect(requests).toEqual(["/api/auth/sign-in/email"]));
  const token = there.apiToken.get();
  await openTab().$fetch("/ok");
  expect(tokenRequests()).toBe(0);
  answer();
  await Promise.all([signedIn, token]);
  expect(requests.slice(-1)).toEqual(["/api/auth/token"]);
});

test("an unavailable token route is not a sign-out", async () => {
  const { apiToken } = openTab();
  answers["/api/auth/token"] = async () => ({ status: 503 });
  await expect(apiToken.get()).rejects.toThrow("no token: 503");
  expect(apiToken.user()).toBeUndefined();
});
