// Keyboard navigation and focus management.
import { expect, test } from "../support/fixtures";

test("a task can be added, edited and deleted by keyboard", async ({ ann }) => {
  await ann.newTaskInput.focus();
  await ann.page.keyboard.type("Buy milk");
  await ann.page.keyboard.press("Enter");
  await ann.expectTask("Buy milk");
  await ann.checkbox("Buy milk").focus();
  await ann.page.keyboard.press("Tab");
  await ann.page.keyboard.press("Enter");
  await ann.page.keyboard.press("ControlOrMeta+A");
  await ann.page.keyboard.type("Buy oat milk");
  await ann.page.keyboard.press("Enter");
  await ann.expectTask("Buy oat milk");
  await expect(ann.page.getByRole("button", { name: "Buy oat milk, edit" })).toBeFocused();
  await ann.page.keyboard.press("Enter");
  await ann.page.keyboard.type("never mind");
  await ann.page.keyboard.press("Escape");
  await expect(ann.page.getByRole("button", { name: "Buy oat milk, edit" })).toBeFocused();
  await ann.page.keyboard.press("Tab");
  await ann.page.keyboard.press("Enter");
  await expect(ann.page.getByRole("button", { name: "Undo" })).toBeFocused();
});

test("every control is reachable with Tab", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  const reached: string[] = [];
  for (let step = 0; step < 14; step += 1) {
    await ann.page.keyboard.press("Tab");
    reached.push(await ann.page.evaluate(() => document.activeElement?.ariaLabel || document.activeElement?.textContent || ""));
  }
  const all = ["Skip to content", "Account: Ann", "Details", "Add", "Search tasks", "Filter", "Sort", "Done: Buy milk", "Buy milk, edit", "Delete Buy milk"];
  expect(reached).toEqual(expect.arrayContaining(all));
});

test("focus moves on when the focused element disappears", async ({ ann }) => {
  await ann.api.createNumberedTasks(25);
  await ann.page.reload();
  const more = ann.page.getByRole("button", { name: "Load more" });
  await more.focus();
  await ann.page.keyboard.press("Enter");
  await expect(ann.page.getByRole("button", { name: "Task 5, edit" })).toBeFocused();

  await ann.selectOption("Filter", "No priority");
  const chip = ann.page.getByRole("button", { name: "Remove filter: No priority" });
  await chip.focus();
  await ann.page.keyboard.press("Enter");
  await expect(chip).toHaveCount(0);
  await expect(ann.page.getByRole("button", { name: "Sort" })).toBeFocused();
});
