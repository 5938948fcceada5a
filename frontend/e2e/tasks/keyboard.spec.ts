// Keyboard navigation and focus management.
import { expect, test } from "../support/fixtures";
import type { TestUser } from "../support/test-user";

const title = (user: TestUser, name: string) => user.page.getByRole("button", { name: `${name}, edit` });

async function press(user: TestUser, ...keys: string[]): Promise<void> {
  for (const key of keys) await user.page.keyboard.press(key);
}

test("tasks are managed with single keys", async ({ ann }) => {
  for (const name of ["Three", "Two", "One"]) await ann.addTask(name);
  await ann.newTaskInput.blur();
  await press(ann, "q");
  await expect(ann.newTaskInput).toBeFocused();
  await ann.page.keyboard.type("Zero");
  await press(ann, "Enter");
  await ann.expectTask("Zero");
  await ann.newTaskInput.blur();
  await press(ann, "j");
  await expect(title(ann, "Zero")).toBeFocused();
  await press(ann, "j", "j", "k");
  await expect(title(ann, "One")).toBeFocused();
  await press(ann, "x");
  await expect(ann.checkbox("One")).toBeChecked();
  await press(ann, "x");
  await expect(ann.checkbox("One")).not.toBeChecked();
  await press(ann, "e");
  const editor = ann.page.getByRole("form", { name: "Edit One" });
  await expect(editor.getByLabel("Title")).toBeFocused();
  await ann.page.keyboard.type("#x?"); // letters, not shortcuts
  await press(ann, "Control+Enter");
  await ann.expectTask("One#x?");
  await expect(title(ann, "One#x?")).toBeFocused();
  await press(ann, "e");
  await expect(ann.page.getByRole("form", { name: "Edit One#x?" }).getByLabel("Title")).toBeFocused();
  await press(ann, "Escape");
  await expect(title(ann, "One#x?")).toBeFocused();
  await press(ann, "#");
  await expect(title(ann, "Two")).toBeFocused();
  await expect.poll(() => ann.listTitles()).toEqual(["Zero", "Two", "Three"]);
  await press(ann, "Control+z");
  await ann.expectTask("One#x?");
  await press(ann, "/");
  await expect(ann.page.getByLabel("Search tasks")).toBeFocused();
});

test("the list is one tab stop, arrow keys move within it", async ({ ann }) => {
  await ann.api.createTasks({ title: "Two" }, { title: "One", tags: ["home"] });
  await ann.expectTask("One");
  await expect(ann.taskList.locator("[tabindex='0']")).toHaveCount(1);
  await ann.page.getByRole("button", { name: "Select", exact: true }).focus();
  await press(ann, "Tab");
  await expect(title(ann, "One")).toBeFocused();
  await press(ann, "ArrowDown");
  await expect(title(ann, "Two")).toBeFocused();
  await press(ann, "ArrowUp", "ArrowLeft");
  await expect(ann.checkbox("One")).toBeFocused();
  await press(ann, "ArrowRight", "ArrowRight");
  await expect(ann.page.getByRole("button", { name: "Show tasks tagged home" })).toBeFocused();
  await press(ann, "ArrowRight");
  await expect(ann.page.getByRole("button", { name: "Delete One" })).toBeFocused();
  await expect(ann.taskList.locator("[tabindex='0']")).toHaveCount(1);
});

test("every control outside the list is reachable with Tab", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  const reached: string[] = [];
  for (let step = 0; step < 18; step += 1) {
    await press(ann, "Tab");
    reached.push(await ann.page.evaluate(() => document.activeElement?.ariaLabel || document.activeElement?.textContent || ""));
  }
  const all = ["Skip to content", "Search and commands", "Account: Ann", "Details", "Add", "Search tasks", "Filter", "Sort", "Select", "Buy milk, edit"];
  expect(reached).toEqual(expect.arrayContaining(all));
});

test("several tasks are selected and changed together", async ({ ann }) => {
  for (const name of ["Four", "Three", "Two", "One"]) await ann.addTask(name);
  await ann.newTaskInput.blur();
  await press(ann, "j", "v", "Shift+J", "Shift+J");
  const bar = ann.page.getByRole("toolbar", { name: "Selected tasks" });
  await expect(bar).toContainText("3 selected");
  await bar.getByRole("button", { name: "Due" }).click();
  await ann.page.getByRole("menuitem", { name: "Tomorrow" }).click();
  await expect(ann.taskList.locator("time", { hasText: "Tomorrow" })).toHaveCount(3);
  await expect(bar).toHaveCount(0);
  await title(ann, "Two").click({ modifiers: ["ControlOrMeta"] });
  await title(ann, "Four").click({ modifiers: ["Shift"] });
  await expect(bar).toContainText("3 selected");
  await press(ann, "Escape");
  await expect(bar).toHaveCount(0);
  await ann.page.getByRole("button", { name: "Select", exact: true }).click();
  await ann.page.getByRole("checkbox", { name: "Select: One" }).check();
  await ann.page.getByRole("checkbox", { name: "Select: Two" }).check();
  await bar.getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Three", "Four"]);
  await ann.undoButton("2 tasks deleted").click();
  await expect.poll(async () => (await ann.api.listTitles()).toSorted()).toEqual(["Four", "One", "Three", "Two"]);
});

test("the command palette finds views, tasks and settings", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.newTaskInput.fill("typing"); // works in fields too
  const palette = ann.page.getByRole("dialog", { name: "Commands" });
  const selected = palette.getByRole("option", { selected: true });
  await press(ann, "ControlOrMeta+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await ann.page.keyboard.type("upcom");
  await expect(selected).toHaveText(/Upcoming/);
  await press(ann, "Enter");
  await expect(ann.page.getByRole("heading", { level: 1, name: "Upcoming" })).toBeVisible();
  await press(ann, "ControlOrMeta+k");
  await palette.getByRole("combobox").fill("milk");
  await palette.getByRole("option", { name: "Buy milk" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Buy milk"]);
  await press(ann, "ControlOrMeta+k");
  await palette.getByRole("combobox").fill("dark");
  await expect(selected).toHaveText(/Dark/);
  await press(ann, "Enter");
  await expect(ann.page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("shortcuts are explained and can be switched off", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.newTaskInput.blur();
  await press(ann, "?");
  const dialog = ann.page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.getByRole("checkbox").uncheck();
  await press(ann, "Escape");
  await expect(dialog).toHaveCount(0);
  await press(ann, "q");
  await expect(ann.newTaskInput).not.toBeFocused();
  await press(ann, "ControlOrMeta+k");
  await expect(ann.page.getByRole("dialog", { name: "Commands" })).toBeVisible();
});

test("the focus moves on when a filter disappears", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.selectOption("Filter", "No priority");
  const chip = ann.page.getByRole("button", { name: "Remove filter: No priority" });
  await chip.focus();
  await press(ann, "Enter");
  await expect(chip).toHaveCount(0);
  await expect(ann.page.getByRole("button", { name: "Select", exact: true })).toBeFocused();
});
