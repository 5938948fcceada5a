// Token handling in a real browser.
import { expect, test } from "./support/fixtures";

const dayMs = 24 * 60 * 60 * 1000;

test("a rejected token is replaced without the user noticing", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  await ann.serveInvalidTokenOnce();
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  await ann.addTask("Buy bread");
  await ann.expectSaved();
  expect(ann.rejectedRequests).toBeGreaterThan(0);
  expect(await ann.countAlerts()).toBe(0);
});

test("an expired token is replaced before it is sent", async ({ ann }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const { rejectedRequests, tokenRequests } = ann;
  await ann.page.clock.fastForward(dayMs);
  await ann.addTask("Buy bread");
  await ann.expectSaved();
  // tokens issued within the same second may be equal
  expect(ann.tokenRequests).toBe(tokenRequests + 1);
  expect(ann.rejectedRequests).toBe(rejectedRequests);
});

test("tabs share a token and its replacement", async ({ ann }) => {
  const other = await ann.context.newPage();
  for (const page of [ann.page, other]) await page.clock.install();
  await ann.page.reload();
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const requestCount = ann.tokenRequests;
  // a request of this tab, whichever tab receives the changes
  const trashResponse = other.waitForResponse(/\/api\/tasks\?/);
  await other.goto("/?view=trash");
  expect((await trashResponse).status()).toBe(200);
  expect(ann.tokenRequests).toBe(requestCount);

  await ann.selectView("All", other);
  await expect(other.getByText("Buy milk")).toBeVisible();
  // without running timers, one of which aborts requests
  for (const page of [ann.page, other]) await page.clock.setSystemTime(Date.now() + dayMs);
  for (const page of [ann.page, other]) await ann.focusPage(page);
  await other.locator("#new-task").fill("Buy bread");
  await other.locator("#new-task").press("Enter");
  await ann.expectTask("Buy bread");
  await ann.expectSaved();
  expect(ann.tokenRequests).toBe(requestCount + 1);
});

test("late scripts do not register a tab twice", async ({ createUser }) => {
  const { page } = await createUser("Ann");
  const heldLocks = () => page.evaluate(async () => (await navigator.locks.query()).held!.map(({ name }) => name));
  const tabs = async () => (await heldLocks()).filter((name) => name === "taskbridge-tab");
  const scripts: string[] = [];
  page.on("request", (request) => request.resourceType() === "script" && scripts.push(request.url()));
  await page.goto("/sign-up");
  await page.getByLabel("Name").waitFor();

  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(scripts.at(-1)!, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto("/sign-up", { waitUntil: "commit" });
  await expect.poll(tabs).toContain("taskbridge-tab");
  release();
  await page.getByLabel("Name").waitFor();
  expect(await tabs()).toEqual(["taskbridge-tab"]);
});

test("signing out revokes the token", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const token = ann.tokens.at(-1)!;
  expect(await ann.statusForToken(token)).toBe(200);
  await ann.signOut();
  expect(await ann.statusForToken(token)).toBe(401);
});

test("signing out revokes earlier tokens", async ({ ann }) => {
  await ann.addTask("Buy milk");
  // tokens issued within the same second may be equal
  await expect(async () => {
    const changes = ann.page.waitForResponse(/\/api\/tasks\/changes/);
    await ann.page.reload();
    await changes;
    expect(ann.tokens.length).toBeGreaterThan(1);
  }).toPass();
  await ann.signOut();
  await ann.expectTokensRejected();
});

test("a tab notices that another user signed in", async ({ ann, createUser }) => {
  const bob = await createUser("Bob");
  await bob.signUp();
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  await ann.context.clearCookies();
  await ann.context.addCookies(await bob.context.cookies());
  const release = await ann.holdTokenRequests();
  await ann.page.clock.fastForward(2 * dayMs);
  await ann.enterTask("A secret of Ann");
  await ann.expectTask("A secret of Ann");
  await ann.page.getByLabel("Search tasks").fill("secret");
  await expect(ann.page).toHaveURL(/secret/);
  await release();
  await expect(ann.page.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  await ann.page.getByText("Nothing to do").waitFor();
  await expect(ann.newTaskInput).toHaveValue("");
  await expect(ann.page.getByLabel("Search tasks")).toHaveValue("");
  expect(await bob.api.listTitles()).toEqual([]);
});

test("signing out applies to other tabs", async ({ ann }) => {
  const other = await ann.context.newPage();
  await other.goto("/");
  // the heading is part of the server's HTML
  await expect(other.getByRole("button", { name: "Account: Ann" })).toBeVisible();
  await ann.signOut();
  await ann.expectSignInPage(other);
  await expect(other.getByText("You've been signed out")).toHaveCount(0);
});

test("the token is not in any browser storage", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const stored = (await ann.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))) + (await ann.readDatabases());
  expect(stored).toContain("Buy milk");
  expect(ann.tokens.length).toBeGreaterThan(0);
  for (const token of ann.tokens) expect(stored).not.toContain(token.split(".")[2]);
  const cookies = (await ann.context.cookies()).filter(({ name }) => name !== "theme" && name !== "signed-in");
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie.httpOnly).toBe(true);
    expect(cookie.sameSite).not.toBe("None");
  }
});
