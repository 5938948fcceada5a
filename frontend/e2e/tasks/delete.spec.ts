// Deletions, and their undoing.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures";
import type { Person } from "../support/test-user";

const undo = (page: Page) => page.getByRole("button", { name: "Undo" });

async function withAClock(person: Person): Promise<void> {
  await person.page.clock.install();
  await person.page.reload();
}

test("a deletion can be undone, and one that is not is for good", async ({ ann }) => {
  await withAClock(ann);
  await ann.adds("Keep me");
  await ann.adds("Away with me");
  await ann.deletes("Keep me");
  await expect(undo(ann.page)).toBeFocused();
  await ann.page.keyboard.press("Enter");
  await ann.sees("Keep me");
  await expect(ann.page.getByRole("button", { name: "Keep me, edit" })).toBeFocused();
  await ann.deletes("Away with me");
  await ann.page.clock.fastForward(9_000);
  await expect(ann.tasks).not.toContainText("Away with me");
  await expect(ann.page.getByRole("button", { name: "Keep me, edit" })).toBeFocused();
  await ann.page.reload();
  await ann.sees("Keep me");
  await ann.doesNotSee("Away with me");
});

test("what the service was told can't be undone, and is not offered to be", async ({ ann }) => {
  await withAClock(ann);
  await ann.adds("Away with me");
  const send = await ann.holds("DELETE", /\/api\/tasks\//);
  await ann.deletes("Away with me");
  await expect(undo(ann.page)).toBeVisible();
  await ann.page.clock.fastForward(9_000);
  await expect(undo(ann.page)).toBeHidden();
  await send();
  await expect(ann.tasks).toContainText("Nothing to do");
  expect(await ann.elsewhere.titles()).toEqual([]);
});

test("a deletion is not forgotten when the page is left before its time", async ({ ann }) => {
  await ann.adds("Away with me");
  await ann.adds("Keep me");
  await ann.deletes("Away with me");
  await ann.isWatchedNoMore();
  await ann.page.goto("about:blank");
  await expect.poll(() => ann.elsewhere.titles()).toEqual(["Keep me"]);
  await ann.comesHome();
  await ann.sees("Keep me");
  await ann.doesNotSee("Away with me");
});

test("a deletion in one tab is done before a sign-out in another", async ({ ann, stack }) => {
  await ann.adds("Away with me");
  const other = await ann.context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Delete Away with me" }).click();
  await expect(undo(other)).toBeVisible();
  await ann.signsOut();
  await ann.seesTheWayIn(other);
  expect(stack.sql(`SELECT count(*) FROM task WHERE user_id = '${ann.id}'`)).toBe("0");
});

test("when all that is loaded is deleted, more is loaded", async ({ ann }) => {
  await withAClock(ann);
  await ann.elsewhere.addsMany(21);
  await ann.page.reload();
  await ann.sees("Task 21");
  for (const title of await ann.titles()) await ann.deletes(title);
  await ann.page.clock.fastForward(9_000);
  await expect.poll(() => ann.titles()).toEqual(["Task 1"]);
});
