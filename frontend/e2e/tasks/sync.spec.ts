// Changes of several tabs and devices, with and without a network.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures";
import { RestartableBrowser } from "../support/restartable-browser";
import type { TestUser } from "../support/test-user";

const databases = (page: Page) => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));

/** Waits until the page shows the text. Resolves to the time, in milliseconds since 1970. */
function waitForText(page: Page, text: string): Promise<number> {
  return page.evaluate(async (text) => {
    while (!document.querySelector("#main")?.textContent?.includes(text)) await new Promise(requestAnimationFrame);
    return Date.now();
  }, text);
}

test("another device shows a change within a second", async ({ ann, createUser }) => {
  const phone = await createUser("Ann");
  await phone.signInAs(ann);
  await ann.addTask("Be connected");
  await phone.expectTask("Be connected");

  const shown = waitForText(phone.page, "Buy milk");
  await ann.newTaskInput.fill("Buy milk");
  const addedAt = await ann.page.evaluate(() => Date.now());
  await ann.newTaskInput.press("Enter");
  const delay = (await shown) - addedAt;
  console.log(`shown on another device after ${delay} ms`);
  expect(delay).toBeLessThan(1_000);
  await phone.toggleTask("Buy milk");
  await expect(ann.checkbox("Buy milk")).toHaveCount(0);
});

test("tabs share one event stream", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const other = await ann.context.newPage();
  await other.goto("/");
  await expect(other.getByText("Buy milk")).toBeVisible();
  await ann.addTask("Buy bread");
  await expect(other.getByText("Buy bread")).toBeVisible();
  expect(ann.eventStreams).toBe(1);
  await ann.page.close();
  ann.page = other;
  await ann.addTask("Buy butter");
  await expect.poll(() => ann.api.listTitles()).toContain("Buy butter");
});

test("adding a task to 600 others causes one request", async ({ ann }) => {
  await ann.api.createManyTasks(600);
  const connected = ann.page.waitForRequest(/\/api\/tasks\/events/);
  await ann.page.goto("/?view=all");
  await ann.expectTask("Task 600");
  await connected;
  const requests: string[] = [];
  ann.page.on("request", (request) => request.url().startsWith(ann.stack.apiUrl) && requests.push(`${request.method()} ${request.url()}`));
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  expect(requests).toEqual([expect.stringMatching(/^PUT /)]);
});

test("a task is visible at once, offline and on a slow network", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.context.setOffline(true);
  const offline = await timesToShow(ann, "Offline");
  await ann.context.setOffline(false);
  const devtools = await ann.context.newCDPSession(ann.page);
  const slow3g = { offline: false, latency: 2_000, downloadThroughput: 50_000, uploadThroughput: 50_000 };
  await devtools.send("Network.emulateNetworkConditions", slow3g);
  const slow = await timesToShow(ann, "Slow");
  console.log(`key press to visible row in ms: offline ${offline.join(", ")}; slow 3G ${slow.join(", ")}`);
  for (const times of [offline, slow]) expect(median(times)).toBeLessThan(50);
});

async function timesToShow(user: TestUser, name: string): Promise<number[]> {
  const times: number[] = [];
  for (let index = 1; index <= 5; index += 1) {
    await user.newTaskInput.fill(`${name} ${index}`);
    times.push(Math.round(await timeToShow(user, `${name} ${index}`)));
  }
  return times;
}

const median = (values: number[]) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

/** From the key press to the frame after the one that shows the task. */
async function timeToShow(user: TestUser, title: string): Promise<number> {
  const measured = user.page.evaluate(async (title) => {
    const start = await new Promise<number>((resolve) => addEventListener("keydown", ({ timeStamp }) => resolve(timeStamp), { once: true, capture: true }));
    const list = document.querySelector("#main")!;
    while (![...list.querySelectorAll("[data-title]")].some((row) => row.textContent?.includes(title))) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  }, title);
  await user.newTaskInput.press("Enter");
  return measured;
}

test("tasks added offline survive a restart of the browser and arrive once", async ({ stack }) => {
  const browser = new RestartableBrowser(stack);
  try {
    const ann = await browser.open("Ann");
    await ann.signUp();
    await ann.addTask("Buy milk");
    await ann.expectSaved();
    await expect.poll(() => cachedPages(ann.page)).toContain("/");
    await ann.context.setOffline(true);
    await Promise.all([stack.stopFrontEnd(), stack.stopService()]);
    await ann.addTask("Buy bread");
    await ann.toggleTask("Buy milk");
    await expect.poll(() => ann.readDatabases()).toMatch(/"title":"Buy bread".*"patch":{"completed":true}/);
    await browser.close();

    const again = await browser.open("Ann");
    await again.page.goto("/");
    await again.expectTask("Buy bread");
    await expect(again.page.getByText("You're offline")).toBeVisible();
    await again.addTask("Buy butter");
    await Promise.all([stack.startFrontEnd(), stack.startService()]);
    await expect(again.page.getByText("You're offline")).toHaveCount(0);
    await expect.poll(() => again.api.listTasks().then((tasks) => tasks.map(({ title, completed }) => `${title}: ${completed}`).sort())).toEqual([
      "Buy bread: false",
      "Buy butter: false",
      "Buy milk: true",
    ]);
  } finally {
    await browser.delete();
  }
});

const cachedPages = (page: Page) =>
  page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
    return requests.map(({ url }) => new URL(url).pathname);
  });

for (const [choice, title] of [
  ["Your version", "Buy oat milk"],
  ["Other device", "Buy soy milk"],
] as const) {
  test(`two edits of one field: ${choice}`, async ({ ann }) => {
    await ann.addTask("Buy milk");
    await ann.expectSaved();
    const editor = await ann.openEditor("Buy milk");
    await editor.getByLabel("Title").fill("Buy oat milk");
    await ann.context.setOffline(true);
    await editor.getByRole("button", { name: "Save" }).click();
    await ann.expectTask("Buy oat milk");
    await ann.api.updateTask("Buy milk", { title: "Buy soy milk", description: "Two bottles." });
    await ann.context.setOffline(false);
    await ann.page.getByRole("button", { name: "Review" }).click();
    const dialog = ann.page.getByRole("dialog");
    await expect(dialog).toContainText("Buy oat milk");
    await expect(dialog).toContainText("Buy soy milk");
    await dialog.getByRole("radio", { name: choice }).check();
    await dialog.getByRole("button", { name: "Keep selected" }).click();
    await expect(dialog).toHaveCount(0);
    await ann.expectTask(title);
    await ann.expectTask("Two bottles.");
    await expect.poll(() => ann.api.listTitles()).toEqual([title]);
  });
}

test("the next user's browser has nothing of the last one's", async ({ ann, createUser }) => {
  await ann.addTask("Buy milk");
  const { userId } = ann;
  expect(await databases(ann.page)).toContain(`taskbridge-tasks-${userId}`);
  await ann.signOut();
  await expect.poll(() => databases(ann.page)).not.toContain(`taskbridge-tasks-${userId}`);
  const bob = await createUser("Bob");
  bob.page = ann.page;
  await bob.signUp();
  await bob.page.getByText("Nothing").first().waitFor();
  await bob.expectNoText("Buy milk");
  expect(await bob.page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(userId);
});

test.describe("with a service worker", () => {
  test.use({ contextOptions: { serviceWorkers: "allow" } });

  test("the app can be installed", async ({ ann }) => {
    const manifest = await ann.page.locator('link[rel="manifest"]').getAttribute("href");
    const response = await ann.context.request.get(manifest!);
    const { icons } = (await response.json()) as { icons: { src: string }[] };
    for (const { src } of icons) expect((await ann.context.request.get(src)).headers()["content-type"]).toBe("image/png");
    await expect.poll(() => ann.page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toContain("/sw.js?v=");
  });
});
