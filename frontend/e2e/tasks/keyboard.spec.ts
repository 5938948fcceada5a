// All of it without a mouse.
import { expect, test } from "../support/fixtures";

test("all of it by the keyboard", async ({ ann }) => {
  await ann.newTask.focus();
  await ann.page.keyboard.type("Buy milk");
  await ann.page.keyboard.press("Enter");
  await ann.sees("Buy milk");
  await ann.page.getByRole("checkbox", { name: "Done: Buy milk" }).focus();
  await ann.page.keyboard.press("Tab");
  await ann.page.keyboard.press("Enter");
  await ann.page.keyboard.press("ControlOrMeta+A");
  await ann.page.keyboard.type("Buy oat milk");
  await ann.page.keyboard.press("Enter");
  await ann.sees("Buy oat milk");
  await expect(ann.page.getByRole("button", { name: "Buy oat milk, edit" })).toBeFocused();
  await ann.page.keyboard.press("Enter");
  await ann.page.keyboard.type("never mind");
  await ann.page.keyboard.press("Escape");
  await expect(ann.page.getByRole("button", { name: "Buy oat milk, edit" })).toBeFocused();
  await ann.page.keyboard.press("Tab");
  await ann.page.keyboard.press("Enter");
  await expect(ann.page.getByRole("button", { name: "Undo" })).toBeFocused();
});
