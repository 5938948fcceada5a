// The life of the token, in a real browser.
import { expect, test } from "./support/fixtures";

const day = 24 * 60 * 60 * 1000;

test("a token that the service refuses is renewed, and the user does not notice", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.serveInvalidTokenOnce();
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  await ann.addTask("Buy bread");
  expect(await ann.countAlerts()).toBe(0);
});

test("an expired token is renewed before it is sent", async ({ ann }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Buy milk");
  const { rejectedRequests, tokenRequests } = ann;
  await ann.page.clock.fastForward(day);
  await ann.newTaskInput.fill("Buy bread");
  await ann.newTaskInput.press("Enter");
  await ann.expectTask("Buy bread");
  // not by the token itself: two of the same second are the same
  expect(ann.tokenRequests).toBe(tokenRequests + 1);
  expect(ann.rejectedRequests).toBe(rejectedRequests);
});

test("two tabs have one token, and when it is refused they fetch one", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const other = await ann.context.newPage();
  const fetched = ann.tokenRequests;
  await other.goto("/");
  await expect(other.getByText("Buy milk")).toBeVisible();
  expect(ann.tokenRequests).toBe(fetched);

  await ann.page.clock.install();
  await other.clock.install();
  await Promise.all([ann.page.reload(), other.reload()]);
  await expect(other.getByText("Buy milk")).toBeVisible();
  await ann.expectTask("Buy milk");
  const renewed = ann.tokenRequests;
  await Promise.all([ann.page.clock.fastForward(day), other.clock.fastForward(day)]);
  const listed = [ann.page, other].map((page) => page.waitForResponse(/\/api\/tasks\?/));
  for (const page of [ann.page, other]) await ann.focusPage(page);
  for (const response of await Promise.all(listed)) expect(response.status()).toBe(200);
  expect(ann.tokenRequests).toBe(renewed + 1);
});

test("a page is one tab, however late its scripts come", async ({ createUser }) => {
  const { page } = await createUser("Ann");
  const held = () => page.evaluate(async () => (await navigator.locks.query()).held!.map(({ name }) => name));
  const tabs = async () => (await held()).filter((name) => name === "taskbridge-tab");
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

test("a copied token is dead after the sign-out", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const copied = ann.tokens.at(-1)!;
  expect(await ann.statusForToken(copied)).toBe(200);
  await ann.signOut();
  expect(await ann.statusForToken(copied)).toBe(401);
});

test("so are those that the browser had before", async ({ ann }) => {
  await ann.addTask("Buy milk");
  // two of the same second may be the same
  await expect(async () => {
    await ann.page.reload();
    await ann.expectTask("Buy milk");
    expect(ann.tokens.length).toBeGreaterThan(1);
  }).toPass();
  await ann.signOut();
  await ann.expectTokensRejected();
});

test("a tab that nobody told of another sign-in asks for nothing in the other’s name", async ({ ann, createUser }) => {
  const bob = await createUser("Bob");
  await bob.signUp();
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Buy milk");
  await ann.context.clearCookies();
  await ann.context.addCookies(await bob.context.cookies());
  await ann.page.clock.fastForward(2 * day);
  await ann.newTaskInput.fill("A secret of Ann");
  await ann.newTaskInput.press("Enter");
  await expect(ann.page.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  await ann.page.getByText("Nothing to do").waitFor();
  await expect(ann.newTaskInput).toHaveValue("");
  expect(await bob.api.listTitles()).toEqual([]);
});

test("signing out in one tab signs out the other", async ({ ann }) => {
  const other = await ann.context.newPage();
  await other.goto("/");
  await expect(other.getByRole("heading", { name: "Tasks" })).toBeVisible();
  await ann.signOut();
  await ann.expectSignInPage(other);
});

test("the token is in memory and in no store", async ({ ann }) => {
  const stored = await ann.page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, databases]);
  });
  expect(ann.tokens.length).toBeGreaterThan(0);
  for (const token of ann.tokens) expect(stored).not.toContain(token.split(".")[2]);
  const cookies = (await ann.context.cookies()).filter(({ name }) => name !== "theme");
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie.httpOnly).toBe(true);
    expect(cookie.sameSite).not.toBe("None");
  }
});
