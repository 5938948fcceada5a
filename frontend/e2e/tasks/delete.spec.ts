// Deleting, the trash, and undo.
import { expect, test } from "../support/fixtures";

test("a deletion can be undone", async ({ ann }) => {
  await ann.addTask("Keep me");
  await ann.addTask("Delete me");
  await ann.deleteTask("Delete me");
  await expect.poll(() => ann.listTitles()).toEqual(["Keep me"]);
  await expect.poll(() => ann.api.listTitles()).toEqual(["Keep me"]);
  await ann.undoButton("Deleted: Delete me").click();
  await expect.poll(() => ann.listTitles()).toEqual(["Delete me", "Keep me"]);
  await expect.poll(() => ann.api.listTitles()).toEqual(["Delete me", "Keep me"]);
});

test("a deleted task is in the trash, from where it can be restored", async ({ ann }) => {
  await ann.addTask("Keep me");
  await ann.addTask("Delete me");
  await ann.deleteTask("Delete me");
  await ann.selectView("Trash");
  await ann.page.getByRole("button", { name: "Restore Delete me" }).click();
  await expect(ann.page.getByText("The trash is empty")).toBeVisible();
  await ann.selectView("All");
  await expect.poll(() => ann.listTitles()).toEqual(["Delete me", "Keep me"]);
});

test("the trash can be emptied", async ({ ann, stack }) => {
  await ann.addTask("Delete me");
  await ann.addTask("Delete me too");
  await ann.deleteTask("Delete me too");
  await ann.deleteTask("Delete me");
  await expect(ann.taskList).toContainText("Nothing to do");
  await ann.selectView("Trash");
  const trash = ann.page.getByRole("region", { name: "Trash" });
  await expect(trash.getByRole("listitem")).toHaveCount(2);
  await trash.getByRole("button", { name: "Delete Delete me too forever" }).click();
  await trash.getByRole("button", { name: "Delete forever?" }).click();
  await expect(trash.getByRole("listitem")).toHaveCount(1);
  await trash.getByRole("button", { name: "Empty trash" }).click();
  await trash.getByRole("button", { name: "Delete forever?" }).click();
  await expect(ann.page.getByText("The trash is empty")).toBeVisible();
  await expect.poll(() => stack.sql(`SELECT count(*) FROM taskbridge.task WHERE user_id = '${ann.userId}' AND NOT purged`)).toBe("0");
});

test("completing and editing can be undone", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.toggleTask("Buy milk");
  await ann.undoButton("Completed: Buy milk").click();
  await expect(ann.checkbox("Buy milk")).not.toBeChecked();
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.expectTask("Buy oat milk");
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy oat milk"]);
  await ann.page.keyboard.press("ControlOrMeta+Z");
  await ann.expectTask("Buy milk");
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy milk"]);
});
