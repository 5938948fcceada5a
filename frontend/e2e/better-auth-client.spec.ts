// AUTH_MODE=better-auth-client: Better Auth's unmodified client, across origins.
import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures";
import { openSessionPage } from "./support/open-session-page";

test.describe("Better Auth's client across origins", { tag: "@cross-origin" }, () => {
  for (const path of ["/api", ""]) {
    test(`createAuthClient({ baseURL: "http://localhost:8000${path}" })`, async ({ page, stack }) => {
      const status = await openSessionPage(page, stack.url, stack.apiUrl + path);
      await expect(status).toHaveText("signed out");
      const user = { name: "Ann", email: `ann.${randomBytes(4).toString("hex")}@example.com`, password: "correct horse battery" };
      const signedUp = await page.evaluate(async (user) => (await window.authClient.signUp.email(user)).data?.user.email, user);
      expect(signedUp).toBe(user.email);
      await expect(status).toHaveText(`signed in as ${user.email}`);

      await page.evaluate(async () => (await window.authClient.signOut()).data);
      await expect(status).toHaveText("signed out");
      const { email, password } = user;
      const wrong = await page.evaluate(async (user) => (await window.authClient.signIn.email(user)).error, { email, password: "not the password" });
      expect(wrong).toMatchObject({ status: 401, code: "INVALID_EMAIL_OR_PASSWORD" });
      await page.evaluate(async (user) => (await window.authClient.signIn.email(user)).error, { email, password });
      await expect(status).toHaveText(`signed in as ${email}`);
      const sessions = await page.evaluate(async () => (await window.authClient.listSessions()).data);
      expect(sessions).toHaveLength(1);
    });
  }

  test("createAuthClient({ plugins: [apiToken()] })", async ({ context, page, stack }) => {
    const other = await context.newPage();
    for (const tab of [page, other]) await openSessionPage(tab, stack.url, `${stack.apiUrl}/api`);
    let tokenRequests = 0;
    context.on("request", (request) => void (request.url().endsWith("/api/token") && (tokenRequests += 1)));
    const getToken = (tab: Page) => tab.evaluate(() => window.tokenClient.apiToken.get());
    const listTasks = (tab: Page) => tab.evaluate(async () => (await window.tokenClient.apiToken.fetch("/api/tasks")).status);

    const user = { name: "Ann", email: `ann.${randomBytes(4).toString("hex")}@example.com`, password: "correct horse battery" };
    expect(await getToken(page)).toBeNull();
    await page.evaluate((user) => window.tokenClient.signUp.email(user), user);
    tokenRequests = 0;
    const token = await getToken(page);
    expect(await getToken(other)).toBe(token);
    expect([await listTasks(page), await listTasks(other)]).toEqual([200, 200]);
    expect(tokenRequests).toBe(1);

    await other.evaluate(() => window.tokenClient.signOut());
    for (const tab of [other, page]) await expect.poll(() => getToken(tab)).toBeNull();
    expect(await listTasks(page)).toBe(401);
  });

  test("this app has no auth server", async ({ ann, stack }) => {
    for (const path of ["auth/get-session", "auth/token"]) {
      expect((await ann.context.request.get(`${stack.url}/api/${path}`)).status()).toBe(404);
    }
    const cookies = await ann.context.cookies(stack.apiUrl);
    expect(cookies.find(({ name }) => name === "better-auth.session_token")).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  });

  test("a page of an unlisted origin cannot read the session", async ({ ann, stack }) => {
    const readSession = (url: string) => ann.page.evaluate((url) => fetch(url, { credentials: "include" }).then((response) => response.status), url);
    expect(await readSession(`${stack.apiUrl}/api/auth/get-session`)).toBe(200);
    await ann.page.goto(`${stack.url.replace("localhost", "127.0.0.1")}/sign-in`);
    await expect(readSession(`${stack.apiUrl}/api/auth/get-session`)).rejects.toThrow("Failed to fetch");
  });

  test("sessions can be listed and revoked long after the sign-in", async ({ ann, createUser, stack }) => {
    const phone = await createUser("Ann");
    await phone.signInAs(ann);
    stack.sql(`UPDATE session SET "createdAt" = now() - interval '3 days'`);
    const refused = ann.page.waitForResponse(/list-sessions/);
    await ann.openMenuItem("Sessions");
    expect((await refused).status()).toBe(403);
    await expect(ann.page.getByRole("listitem")).toHaveCount(2);
    await expect(ann.page.getByRole("listitem").filter({ hasText: "This device" })).toHaveCount(1);
    await ann.page.getByRole("button", { name: "Sign out Chrome on Linux" }).click();
    await expect(ann.page.getByRole("listitem")).toHaveCount(1);
    await phone.expectTokensRejected();
    await phone.page.reload();
    await phone.expectSignInPage();
  });

  test("sign-out during an outage fails and can be repeated", async ({ ann, stack }) => {
    await stack.stopService();
    await ann.openMenuItem("Sign out");
    await expect(ann.page.getByRole("banner")).toContainText("Sign-out failed. You're still signed in.");
    await stack.startService();
    await ann.signOut();
  });
});
