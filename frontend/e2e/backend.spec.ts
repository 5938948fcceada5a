// AUTH_MODE=backend: the refresh token cookie and its routes.
import { randomInt } from "node:crypto";
import type { APIResponse } from "@playwright/test";
import { expect, test } from "./support/fixtures";
import { holdRequest } from "./support/hold-request";
import type { TestUser } from "./support/test-user";

test.describe("backend session", { tag: "@backend" }, () => {
  test.afterEach(async ({ stack }) => {
    await stack.stopService();
    await stack.startService();
  });

  test("a late token does not replace the next user's", async ({ ann, createUser }) => {
    const bob = await createUser("Bob");
    await bob.signUp();
    await ann.addTask("Buy milk");
    const there = await ann.context.newPage();
    await there.goto("/");
    await there.getByText("Buy milk").waitFor();
    const release = await holdRequest(there, "POST", /\/api\/account\/token$/, "response");
    const tokenRequest = there.waitForRequest("**/api/account/token");
    await there.route("**/api/tasks?*", (route) => route.fulfill({ status: 401, json: { status: 401 } }), { times: 1 });
    await there.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Trash/ }).click();
    await tokenRequest;

    const signedOut = ann.page.waitForResponse("**/api/account/sign-out");
    await ann.openMenuItem("Sign out");
    await signedOut;
    ann.page = await ann.context.newPage();
    const signedIn = ann.page.waitForResponse("**/api/account/sign-in");
    await ann.submitSignIn(bob);
    await signedIn;
    await release();
    const account = ann.page.getByRole("button", { name: "Account: Bob" });
    await expect(account).toBeVisible();
    await ann.page.reload();
    await expect(account).toBeVisible();
  });

  test("sign-out revokes the session without a valid access token", async ({ ann, stack }) => {
    const sessions = () => stack.sql(`SELECT count(*) FROM session WHERE "userId" = '${ann.userId}'`);
    // an open page would react to the end of its session
    await ann.page.goto("about:blank");
    for (const token of ["", "Bearer over"]) {
      expect(sessions()).toBe("1");
      const response = await callRoute(ann, "sign-out", {}, { Authorization: token });
      expect(await response.json()).toEqual({ revoked: true });
      expect(sessions()).toBe("0");
      await callRoute(ann, "sign-in", ann);
    }
    stack.sql(`DELETE FROM session WHERE "userId" = '${ann.userId}'`);
    expect(await (await callRoute(ann, "sign-out")).json()).toEqual({ revoked: true });
  });

  test("sign-out reports a session that was not revoked", async ({ ann, stack }) => {
    await stack.stopService();
    const response = await callRoute(ann, "sign-out");
    expect(await response.json()).toEqual({ revoked: false });
    expect(setCookie(response)).toContain("refresh_token=;");
  });

  test("the cookie has the __Host- prefix under https", async ({ ann }) => {
    const https = { "X-Forwarded-Proto": "https" };
    expect(setCookie(await callRoute(ann, "sign-in", ann))).toMatch(/^taskbridge\.refresh_token=[^;]+; Path=\/api\/account;/);
    const secure = setCookie(await callRoute(ann, "sign-in", ann, https));
    expect(secure).toMatch(/^__Host-taskbridge\.refresh_token=[^;]+; Path=\/;.*Secure/);
    const Cookie = secure.split(";")[0]!;
    const refreshed = await callRoute(ann, "token", {}, { ...https, Cookie });
    expect(refreshed.status()).toBe(200);
    expect((await callRoute(ann, "token", {}, { ...https, Cookie: Cookie.replace("__Host-", "") })).status()).toBe(401);
    const deleted = setCookie(await callRoute(ann, "sign-out", {}, { ...https, Cookie }));
    expect(deleted).toMatch(/^__Host-taskbridge\.refresh_token=; Path=\/;.*Secure/);
  });

  test("cross-site sign-in requests are rejected", async ({ ann }) => {
    for (const [site, Origin] of [["cross-site", ann.stack.url], ["same-site", ann.stack.url], ["", "https://example.com"]] as const) {
      const response = await callRoute(ann, "sign-in", ann, { "Sec-Fetch-Site": site, Origin });
      expect(response.status()).toBe(403);
      expect(response.headers()).not.toHaveProperty("set-cookie");
    }
    expect((await callRoute(ann, "sign-in", ann, { "Sec-Fetch-Site": "", Origin: ann.stack.url })).status()).toBe(200);
  });

  test("rate-limited sign-ins include Retry-After", async ({ ann }) => {
    const headers = { "X-Forwarded-For": `10.1.${randomInt(256)}.${randomInt(256)}` };
    const attempt = () => callRoute(ann, "sign-in", { ...ann, password: "not the password" }, headers);
    let response = await attempt();
    for (let count = 1; count < 30 && response.status() === 401; count += 1) response = await attempt();
    expect(response.status()).toBe(429);
    expect(Number(response.headers()["retry-after"])).toBeGreaterThan(0);
  });

  test("ACCOUNTS=off is named in the error message", async ({ ann, stack }) => {
    await ann.signOut();
    await stack.stopService();
    await stack.startService({ ACCOUNTS: "off" });
    await ann.submitSignIn();
    await expect(ann.page.getByRole("main").getByRole("alert")).toContainText("ACCOUNTS=off");
  });
});

/** Calls a route without the UI. */
function callRoute({ context, stack }: TestUser, action: string, body: object = {}, headers: Record<string, string> = {}): Promise<APIResponse> {
  const { email, password } = body as Partial<TestUser>;
  const data = email ? { email, password } : {};
  return context.request.post(`${stack.url}/api/account/${action}`, { data, headers: { "Sec-Fetch-Site": "same-origin", ...headers } });
}

function setCookie(response: APIResponse): string {
  return response.headers()["set-cookie"] ?? "";
}
