// The life of the token, in a real browser.
import { expect, test } from "./support/fixtures";

const day = 24 * 60 * 60 * 1000;

test("a token that the service refuses is renewed, and the user does not notice", async ({ ann }) => {
  await ann.adds("Buy milk");
  await ann.isHandedOneBadToken();
  await ann.page.reload();
  await ann.sees("Buy milk");
  await ann.adds("Buy bread");
  expect(await ann.problems()).toBe(0);
});

test("an expired token is renewed before it is sent", async ({ ann }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.adds("Buy milk");
  const { refusals, tokenRequests } = ann;
  await ann.page.clock.fastForward(day);
  await ann.newTask.fill("Buy bread");
  await ann.newTask.press("Enter");
  await ann.sees("Buy bread");
  // not by the token itself: two of the same second are the same
  expect(ann.tokenRequests).toBe(tokenRequests + 1);
  expect(ann.refusals).toBe(refusals);
});

test("two tabs have one token, and when it is refused they fetch one", async ({ ann }) => {
  await ann.adds("Buy milk");
  const other = await ann.context.newPage();
  const fetched = ann.tokenRequests;
  await other.goto("/");
  await expect(other.getByText("Buy milk")).toBeVisible();
  expect(ann.tokenRequests).toBe(fetched);

  await ann.page.clock.install();
  await other.clock.install();
  await Promise.all([ann.page.reload(), other.reload()]);
  await expect(other.getByText("Buy milk")).toBeVisible();
  await ann.sees("Buy milk");
  const renewed = ann.tokenRequests;
  await Promise.all([ann.page.clock.fastForward(day), other.clock.fastForward(day)]);
  const listed = [ann.page, other].map((page) => page.waitForResponse(/\/api\/tasks\?/));
  for (const page of [ann.page, other]) await ann.comesBack(page);
  for (const response of await Promise.all(listed)) expect(response.status()).toBe(200);
  expect(ann.tokenRequests).toBe(renewed + 1);
});

test("a page is one tab, however late its scripts come", async ({ someone }) => {
  const { page } = await someone("Ann");
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
  await ann.adds("Buy milk");
  const copied = ann.tokens.at(-1)!;
  expect(await ann.statusWith(copied)).toBe(200);
  await ann.signsOut();
  expect(await ann.statusWith(copied)).toBe(401);
});

test("so are those that the browser had before", async ({ ann }) => {
  await ann.adds("Buy milk");
  // two of the same second may be the same
  await expect(async () => {
    await ann.page.reload();
    await ann.sees("Buy milk");
    expect(ann.tokens.length).toBeGreaterThan(1);
  }).toPass();
  await ann.signsOut();
  await ann.isLetInNoMore();
});

test("a tab that nobody told of another sign-in asks for nothing in the other’s name", async ({ ann, someone }) => {
  const bob = await someone("Bob");
  await bob.signsUp();
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.adds("Buy milk");
  await ann.context.clearCookies();
  await ann.context.addCookies(await bob.context.cookies());
  await ann.page.clock.fastForward(2 * day);
  await ann.newTask.fill("A secret of Ann");
  await ann.newTask.press("Enter");
  await expect(ann.page.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  await ann.page.getByText("Nothing to do").waitFor();
  await expect(ann.newTask).toHaveValue("");
  expect(await bob.elsewhere.titles()).toEqual([]);
});

test("signing out in one tab signs out the other", async ({ ann }) => {
  const other = await ann.context.newPage();
  await other.goto("/");
  await expect(other.getByRole("heading", { name: "Tasks" })).toBeVisible();
  await ann.signsOut();
  await ann.seesTheWayIn(other);
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
