import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures";
import type { TestUser } from "../support/test-user";

const undoButton = (page: Page) => page.getByRole("button", { name: "Undo" });

async function installClock(user: TestUser): Promise<void> {
  await user.page.clock.install();
  await user.page.reload();
}

test("a deletion can be undone until its time is up", async ({ ann }) => {
  await installClock(ann);
  await ann.addTask("Keep me");
  await ann.addTask("Delete me");
  await ann.deleteTask("Keep me");
  await expect(undoButton(ann.page)).toBeFocused();
  await ann.page.keyboard.press("Enter");
  await ann.expectTask("Keep me");
  await expect(ann.page.getByRole("button", { name: "Keep me, edit" })).toBeFocused();
  await ann.deleteTask("Delete me");
  await ann.page.clock.fastForward(9_000);
  await expect(ann.taskList).not.toContainText("Delete me");
  await expect(ann.page.getByRole("button", { name: "Keep me, edit" })).toBeFocused();
  await ann.page.reload();
  await ann.expectTask("Keep me");
  await ann.expectNoText("Delete me");
});

test("undo disappears once the request is sent", async ({ ann }) => {
  await installClock(ann);
  await ann.addTask("Delete me");
  const send = await ann.holdNextRequest("DELETE", /\/api\/tasks\//);
  await ann.deleteTask("Delete me");
  await expect(undoButton(ann.page)).toBeVisible();
  await ann.page.clock.fastForward(9_000);
  await expect(undoButton(ann.page)).toBeHidden();
  await send();
  await expect(ann.taskList).toContainText("Nothing to do");
  expect(await ann.api.listTitles()).toEqual([]);
});

test("leaving the page sends scheduled deletions", async ({ ann }) => {
  await ann.addTask("Delete me");
  await ann.addTask("Keep me");
  await ann.deleteTask("Delete me");
  await ann.stopIntercepting();
  await ann.page.goto("about:blank");
  await expect.poll(() => ann.api.listTitles()).toEqual(["Keep me"]);
  await ann.openTasks();
  await ann.expectTask("Keep me");
  await ann.expectNoText("Delete me");
});

test("sign-out sends scheduled deletions of other tabs", async ({ ann, stack }) => {
  await ann.addTask("Delete me");
  const other = await ann.context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Delete Delete me" }).click();
  await expect(undoButton(other)).toBeVisible();
  await ann.signOut();
  await ann.expectSignInPage(other);
  expect(stack.sql(`SELECT count(*) FROM taskbridge.task WHERE user_id = '${ann.userId}' AND deleted_at IS NULL`)).toBe("0");
});

test("more is loaded after deleting all loaded tasks", async ({ ann }) => {
  await installClock(ann);
  await ann.api.createNumberedTasks(21);
  await ann.page.reload();
  await ann.expectTask("Task 21");
  for (const title of await ann.listTitles()) await ann.deleteTask(title);
  await ann.page.clock.fastForward(9_000);
  await expect.poll(() => ann.listTitles()).toEqual(["Task 1"]);
});
