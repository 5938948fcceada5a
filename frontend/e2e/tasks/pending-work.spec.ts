// Requests in flight while users leave, sign out or switch.
import { taskUrl } from "../support/browser-session";
import { expect, test } from "../support/fixtures";

test("sign-out waits for pending changes", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  const save = await ann.holdNextRequest("PATCH", taskUrl);
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.toggleTask("Buy oat milk");
  await ann.openMenuItem("Sign out");
  await ann.waitForPendingWork();
  await save();
  await ann.expectSignInPage();
  expect(stack.sql(`SELECT title, completed FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("Buy oat milk|t");
});

test("a change is saved if the page is left at once", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  await ann.toggleTaskAndLeavePage("Buy milk");
  await expect.poll(() => stack.sql(`SELECT completed FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("t");
  await ann.openTasks();
  await expect(ann.taskList).toContainText("Nothing to do");
});

test("a search is not shown to the next user", async ({ ann, createUser }) => {
  await ann.page.getByLabel("Search tasks").fill("secret plans");
  await expect(ann.page).toHaveURL(/secret/);
  const other = await ann.context.newPage();
  await other.goto("/");
  const bob = await createUser("Bob");
  const here = ann.page;
  ann.page = other;
  await ann.signOut();
  bob.page = other;
  await bob.signUp();
  // this tab follows the sign-in
  await expect(here.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  await expect(here.getByLabel("Search tasks")).toHaveValue("");
});
