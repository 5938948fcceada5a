// Tasks changed in their place, and ticked off.
import type { JSHandle, Locator } from "@playwright/test";
import { expect, test } from "../support/fixtures";

const save = (editor: Locator) => editor.getByRole("button", { name: "Save" }).click();

test("a task with everything, changed in its place", async ({ ann }) => {
  await ann.page.getByRole("button", { name: "Details" }).click();
  const form = ann.page.getByRole("form", { name: "New task" });
  await ann.newTask.fill("Plan the release");
  await form.getByLabel("Notes").fill("Changelog first.");
  await form.getByText("High").click();
  await form.getByLabel("Due").fill("2030-05-04T10:30");
  await form.getByLabel("Tags").fill("work,");
  await form.getByLabel("Tags").fill("spring");
  await form.getByRole("button", { name: "Add" }).click();
  await ann.sees("Changelog first.");
  await expect(ann.tasks).toContainText("4 May 2030, 10:30");
  await expect(ann.tasks).toContainText("High priority");
  await expect(ann.tasks).toContainText("#spring");

  const editor = await ann.opens("Plan the release");
  await expect(editor.getByLabel("Title")).toBeFocused();
  await editor.getByLabel("Title").fill("Plan the next release");
  await editor.getByText("Low").click();
  await editor.getByLabel("Due").fill("");
  await editor.getByRole("button", { name: "Remove tag spring" }).click();
  await save(editor);
  await ann.sees("Plan the next release");
  await ann.page.reload();
  await ann.sees("Plan the next release");
  await expect(ann.tasks).toContainText("Low priority");
  await expect(ann.tasks).toContainText("#work");
  await expect(ann.tasks).not.toContainText("2030");
  await expect(ann.tasks).not.toContainText("#spring");
});

test("what was changed elsewhere stays, after a reload under the editor too", async ({ ann }) => {
  await ann.adds("Buy milk");
  await (await ann.opens("Buy milk")).getByLabel("Title").fill("Buy oat milk");
  await ann.elsewhere.changes("Buy milk", { description: "Two bottles.", priority: "high" });
  await ann.page.reload();
  const editor = ann.page.getByRole("form", { name: "Edit Buy milk" });
  await expect(editor.getByLabel("Title")).toHaveValue("Buy oat milk");
  await expect(editor.getByLabel("Notes")).toHaveValue("Two bottles.");
  await save(editor);
  await ann.sees("Buy oat milk");
  await ann.sees("Two bottles.");
  await expect(ann.tasks).toContainText("High priority");
});

test("an editor stays open when its task is deleted elsewhere, and its text can be another task", async ({ ann }) => {
  await ann.adds("Buy milk");
  await ann.adds("Buy bread");
  const editor = await ann.opens("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await ann.elsewhere.deletes("Buy milk");
  const listed = ann.page.waitForResponse(/\/api\/tasks\?/);
  await ann.page.getByLabel("Search tasks").fill("buy");
  await listed;
  await expect(editor.getByLabel("Title")).toHaveValue("Buy oat milk");
  await save(editor);
  await expect(editor).toContainText("deleted elsewhere");
  await editor.getByRole("button", { name: "Add as a new task" }).click();
  await expect.poll(() => ann.titles()).toEqual(["Buy oat milk", "Buy bread"]);
});

test("what is typed while a task is being saved is not lost", async ({ ann }) => {
  await ann.adds("Buy milk");
  const editor = await ann.opens("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  const answer = await ann.holds("PATCH", /\/api\/tasks\//);
  await save(editor);
  await editor.getByLabel("Notes").fill("Two bottles.");
  await answer();
  const still = ann.page.getByRole("form", { name: "Edit Buy oat milk" });
  await expect(still.getByLabel("Notes")).toHaveValue("Two bottles.");
  await save(still);
  await ann.sees("Two bottles.");
  await expect(still).toHaveCount(0);
});

test("an Escape that ends a composition leaves the editor open", async ({ ann }) => {
  await ann.adds("Buy milk");
  const title = (await ann.opens("Buy milk")).getByLabel("Title");
  await title.dispatchEvent("keydown", { key: "Escape", bubbles: true, isComposing: true });
  await expect(title).toBeVisible();
  await title.press("Escape");
  await expect(title).toHaveCount(0);
});

test("done shows at once, and stays done", async ({ ann }) => {
  await ann.adds("Buy milk");
  await ann.ticks("Buy milk");
  await expect(ann.box("Buy milk")).toBeChecked();
  await ann.shows("Done");
  await expect(ann.box("Buy milk")).toBeChecked();
  await ann.page.reload();
  await expect(ann.box("Buy milk")).toBeChecked();
  await ann.ticks("Buy milk");
  await ann.shows("Open");
  await expect(ann.box("Buy milk")).not.toBeChecked();
});

test("a tick that takes its time holds nothing up, and the last one is the last word", async ({ ann }) => {
  await ann.adds("Buy milk");
  const answer = await ann.holds("PATCH", /\/complete$/);
  await ann.ticks("Buy milk");
  await expect(ann.box("Buy milk")).toBeChecked();
  await ann.shows("All");
  await expect(ann.page.getByRole("radio", { name: "All" })).toBeChecked();
  await ann.ticks("Buy milk");
  await expect(ann.box("Buy milk")).not.toBeChecked();
  const shown = await watched(ann.box("Buy milk"));
  const last = ann.page.waitForResponse(async (response) => response.url().endsWith("/complete") && !(await response.json()).completed);
  await answer();
  await last;
  await expect(ann.page.locator("[aria-busy=true]")).toHaveCount(0);
  expect(await shown.jsonValue()).toEqual([false]);
  await ann.page.reload();
  await expect(ann.box("Buy milk")).not.toBeChecked();
});

/** What a box shows from now on, frame by frame. */
function watched(box: Locator): Promise<JSHandle<boolean[]>> {
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
