import type { JSHandle, Locator } from "@playwright/test";
import { taskUrl } from "../support/browser-session";
import { expect, test } from "../support/fixtures";

const save = (editor: Locator) => editor.getByRole("button", { name: "Save" }).click();

test("all fields can be created and edited", async ({ ann }) => {
  await ann.newTaskInput.fill("Plan the release");
  await ann.page.getByRole("button", { name: "Details" }).click();
  const form = ann.page.getByRole("form", { name: "New task" });
  await expect(form.getByLabel("New task")).toHaveValue("Plan the release");
  await form.getByLabel("Notes").fill("Changelog first.");
  await form.getByText("High").click();
  await ann.chooseDue(form, { year: "2030", month: "May", day: "4", time: "10:30" });
  await form.getByLabel("Tags").fill("work,");
  await form.getByLabel("Tags").fill("spring");
  await form.getByRole("button", { name: "Add" }).click();
  await ann.expectTask("Changelog first.");
  await expect(ann.taskList).toContainText("4 May 2030, 10:30");
  await expect(ann.taskList).toContainText("High priority");
  await expect(ann.taskList).toContainText("#spring");

  const editor = await ann.openEditor("Plan the release");
  await expect(editor.getByLabel("Title")).toBeFocused();
  await editor.getByLabel("Title").fill("Plan the next release");
  await editor.getByText("Low").click();
  await editor.getByRole("button", { name: /^Due date/ }).click();
  await ann.page.getByRole("dialog", { name: "Due date" }).getByRole("button", { name: "Tomorrow" }).click();
  await expect(editor.getByRole("button", { name: "Due date: Tomorrow" })).toBeFocused();
  await editor.getByRole("button", { name: "Remove due date" }).click();
  await editor.getByRole("button", { name: "Remove tag spring" }).click();
  await save(editor);
  await ann.expectTask("Plan the next release");
  await ann.page.reload();
  await ann.expectTask("Plan the next release");
  await expect(ann.taskList).toContainText("Low priority");
  await expect(ann.taskList).toContainText("#work");
  await expect(ann.taskList).not.toContainText("2030");
  await expect(ann.taskList).not.toContainText("#spring");
});

test("editing keeps changes from another device", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await ann.api.updateTask("Buy milk", { description: "Two bottles.", priority: "high" });
  await expect(editor.getByLabel("Notes")).toHaveValue("Two bottles.");
  await expect(editor.getByLabel("Title")).toHaveValue("Buy oat milk");
  await ann.page.reload();
  await expect(editor.getByLabel("Title")).toHaveValue("Buy oat milk");
  await save(editor);
  await ann.expectTask("Buy oat milk");
  await ann.expectTask("Two bottles.");
  await expect(ann.taskList).toContainText("High priority");
});

test("a task deleted elsewhere can be saved as a new one", async ({ ann }) => {
  await ann.addTask("Buy bread");
  await ann.addTask("Buy milk");
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await ann.api.deleteTask("Buy milk");
  await expect(editor).toContainText("deleted on another device");
  await editor.getByRole("button", { name: "Save as new task" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Buy oat milk", "Buy bread"]);
});

test("Escape during IME composition does not close the editor", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const title = (await ann.openEditor("Buy milk")).getByLabel("Title");
  await title.dispatchEvent("keydown", { key: "Escape", bubbles: true, isComposing: true });
  await expect(title).toBeVisible();
  await title.press("Escape");
  await expect(title).toHaveCount(0);
});

test("completing is shown at once and persists", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.toggleTask("Buy milk");
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await ann.selectView("Done");
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await ann.page.reload();
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await ann.toggleTask("Buy milk");
  await ann.selectView("All");
  await expect(ann.checkbox("Buy milk")).not.toBeChecked();
});

test("the last of several quick toggles wins", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const release = await ann.holdNextRequest("PATCH", taskUrl);
  const sent = ann.page.waitForRequest(taskUrl);
  await ann.toggleTask("Buy milk");
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await sent;
  await ann.toggleTask("Buy milk");
  await expect(ann.checkbox("Buy milk")).not.toBeChecked();
  const shown = await recordChecked(ann.checkbox("Buy milk"));
  await release();
  await ann.expectSaved();
  expect(await ann.api.listTasks()).toMatchObject([{ completed: false }]);
  expect(await shown.jsonValue()).toEqual([false]);
  await ann.page.reload();
  await expect(ann.checkbox("Buy milk")).not.toBeChecked();
});

/** Records the checkbox's states, frame by frame. */
function recordChecked(box: Locator): Promise<JSHandle<boolean[]>> {
  return box.evaluateHandle((input: HTMLInputElement) => {
    const shown: boolean[] = [];
    const watch = () => {
      if (shown.at(-1) !== input.checked) shown.push(input.checked);
      requestAnimationFrame(watch);
    };
    watch();
    return shown;
  });
}
