// The service stops and restarts while the page is open.
import { expect, test } from "./support/fixtures";

test.afterEach(async ({ stack }) => {
  await stack.stopService();
  await stack.startService();
});

test("changes made during an outage are kept, also across a reload, and sent afterwards", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  await stack.stopService();
  await ann.addTask("Buy bread");
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(ann.page.getByText("You're offline. 2 changes are saved on this device")).toBeVisible();
  await ann.page.reload();
  await ann.expectTask("Buy bread");
  await ann.expectTask("Buy oat milk");
  await stack.startService();
  await expect(ann.page.getByText("You're offline")).toHaveCount(0);
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy bread", "Buy oat milk"]);
});

test("sign-out works during an outage and reports what failed", { tag: "@own-session" }, async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const token = ann.tokens.at(-1)!;
  await stack.stopService();
  await ann.deleteTask("Buy milk");
  await ann.signOut();
  await expect(ann.page.getByRole("status")).toContainText(/couldn't be reached.*Not saved: “Buy milk”/);
  await ann.page.goto("/");
  await ann.expectSignInPage();
  await stack.startService();
  await ann.page.reload();
  await ann.expectSignInPage();
  // Better Auth's sessions are in the database, so the service learns at startup which ones were revoked
  expect(await ann.statusForToken(token)).toBe(stack.mode === "backend" ? 200 : 401);
  await ann.signIn();
  await ann.expectTask("Buy milk");
});

test("being offline is shown", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.context.setOffline(true);
  await expect(ann.page.getByText("You're offline")).toBeVisible();
  await ann.context.setOffline(false);
  await expect(ann.page.getByText("You're offline")).toHaveCount(0);
});
