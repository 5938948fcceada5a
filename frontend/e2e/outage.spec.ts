// The service stops and restarts while the page is open.
import { expect, test } from "./support/fixtures";

test.afterEach(async ({ stack }) => {
  await stack.stopService();
  await stack.startService();
});

test("unsaved input survives an outage", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await stack.stopService();

  await ann.newTaskInput.fill("Buy bread");
  await ann.newTaskInput.press("Enter");
  await expect(ann.page.getByRole("form", { name: "New task" })).toContainText("Your changes are kept");
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(editor).toContainText("Your changes are kept");

  await ann.page.reload();
  await expect(ann.page.getByText(/Couldn't load your tasks|Can't reach the server/).first()).toBeVisible();
  await stack.startService();
  await expect(ann.newTaskInput).toHaveValue("Buy bread");
  const again = ann.page.getByRole("form", { name: "Edit Buy milk" });
  await expect(again.getByLabel("Title")).toHaveValue("Buy oat milk");
  await again.getByRole("button", { name: "Save" }).click();
  await ann.expectTask("Buy oat milk");
  await ann.newTaskInput.press("Enter");
  await ann.expectTask("Buy bread");
});

test("a failed change is reported and reverted", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  const checkbox = ann.page.getByRole("checkbox", { name: "Done: Buy milk" });
  await stack.stopService();
  await checkbox.click();
  await expect(ann.taskList.getByRole("alert")).toContainText("Not saved");
  await expect(checkbox).not.toBeChecked();
  await stack.startService();
  await checkbox.check();
  await expect(ann.taskList.getByRole("alert")).toHaveCount(0);
  await ann.page.reload();
  await ann.page.getByText("Done", { exact: true }).click();
  await expect(checkbox).toBeChecked();
});

test("a failed deletion is reported and can be retried", async ({ ann, stack }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Delete me");
  await stack.stopService();
  await ann.deleteTask("Delete me");
  await ann.page.clock.fastForward(9_000);
  await expect(ann.taskList.getByRole("alert")).toContainText("Not deleted");
  await stack.startService();
  await ann.deleteTask("Delete me");
  await ann.page.clock.fastForward(9_000);
  await expect(ann.taskList).toContainText("Nothing to do");
});

test("a stale list is marked and recovers", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await stack.stopService();
  await ann.page.getByText("All", { exact: true }).click();
  await expect(ann.page.getByText("Trying again…")).toBeVisible();
  await stack.startService();
  await expect(ann.page.getByText("Trying again…")).toHaveCount(0);
  await ann.expectTask("Buy milk");
});

test("sign-out works during an outage and reports what failed", { tag: "@own-session" }, async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.deleteTask("Buy milk");
  const token = ann.tokens.at(-1)!;
  await stack.stopService();
  await ann.signOut();
  await expect(ann.page.getByRole("status")).toContainText(/couldn't be reached.*Couldn't delete 1 task/);
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
