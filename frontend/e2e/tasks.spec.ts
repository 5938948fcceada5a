// The tasks, as they are made, changed, found and deleted.
import { expect, test } from "./support/fixtures";

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
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.sees("Plan the next release");
  await ann.page.reload();
  await ann.sees("Plan the next release");
  await expect(ann.tasks).toContainText("Low priority");
  await expect(ann.tasks).toContainText("#work");
  await expect(ann.tasks).not.toContainText("2030");
  await expect(ann.tasks).not.toContainText("#spring");
});

test("a task that is added while the list is being read is in the list", async ({ ann }) => {
  const answerTheList = await ann.waitsForTheList();
  await ann.page.reload();
  const added = ann.page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/api/tasks"));
  await ann.newTask.fill("Buy milk");
  await ann.newTask.press("Enter");
  await added;
  answerTheList();
  await ann.sees("Buy milk");
});

test("what is typed while a task is on its way is the next one", async ({ ann }) => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await ann.page.route("**/api/tasks", async (route) => {
    if (route.request().method() === "POST") await answered;
    await route.continue();
  });
  await ann.newTask.fill("Buy milk");
  await ann.newTask.press("Enter");
  await ann.newTask.fill("Buy bread");
  answer();
  await ann.sees("Buy milk");
  await expect(ann.newTask).toHaveValue("Buy bread");
});

test("a search takes every letter, however slowly it is typed", async ({ ann }) => {
  const search = ann.page.getByLabel("Search tasks");
  for (const delay of [200, 250, 300]) {
    await search.clear();
    await search.pressSequentially("milk and bread", { delay });
    await expect(ann.page).toHaveURL(/q=milk(\+|%20)and(\+|%20)bread/);
    await expect(search).toHaveValue("milk and bread");
  }
});

test("what the service refuses is shown at its field, and nothing typed is lost", async ({ ann }) => {
  await ann.newTask.fill("x".repeat(256));
  await ann.newTask.press("Enter");
  await expect(ann.newTask).toHaveAccessibleDescription(/1 to 255/);
  await expect(ann.newTask).toHaveValue("x".repeat(256));
  await ann.newTask.fill("Tagged twice");
  await ann.page.getByRole("button", { name: "Details" }).click();
  const tags = ann.page.getByLabel("Tags");
  await tags.fill("home");
  await tags.press("Enter");
  await tags.fill("home");
  await tags.press("Enter");
  await ann.page.getByRole("button", { name: "Add" }).click();
  await expect(tags).toHaveAccessibleDescription(/2nd.*repeated/);
  await expect(tags).toBeFocused();
});

test("done shows at once, and stays done", async ({ ann }) => {
  await ann.adds("Buy milk");
  const box = ann.page.getByRole("checkbox", { name: "Done: Buy milk" });
  await box.check();
  await ann.page.getByText("Done", { exact: true }).click();
  await expect(box).toBeChecked();
  await ann.page.reload();
  await expect(box).toBeChecked();
  await box.uncheck();
  await ann.page.getByText("Open", { exact: true }).click();
  await expect(box).not.toBeChecked();
});

test("a deletion can be undone, and one that is not is for good", async ({ ann }) => {
  await ann.adds("Keep me");
  await ann.adds("Away with me");
  await ann.deletes("Keep me");
  await expect(ann.page.getByRole("button", { name: "Undo" })).toBeFocused();
  await ann.page.keyboard.press("Enter");
  await ann.sees("Keep me");
  await expect(ann.page.getByRole("button", { name: "Keep me, edit" })).toBeFocused();
  await ann.deletes("Away with me");
  await expect(ann.page.getByRole("button", { name: "Undo" })).toHaveCount(0, { timeout: 12_000 });
  await ann.page.reload();
  await ann.sees("Keep me");
  await ann.doesNotSee("Away with me");
});

test("a deletion is not forgotten when the page is left before its time", async ({ ann }) => {
  await ann.adds("Away with me");
  await ann.adds("Keep me");
  await ann.deletes("Away with me");
  // a request that outlives its page would be held for ever by whoever intercepts it
  await ann.context.unrouteAll();
  await ann.page.goto("about:blank");
  await expect.poll(() => ann.titlesAtTheService()).toEqual(["Keep me"]);
});

test("search, filters and sort find what they should, and a reload keeps them", async ({ ann }) => {
  for (const title of ["Write a letter", "Write a book", "Read a book"]) await ann.adds(title);
  await ann.page.getByRole("searchbox").fill("book");
  await expect.poll(() => ann.titles()).toEqual(["Read a book", "Write a book"]);
  await ann.chooses("Sort", "Oldest first");
  await expect.poll(() => ann.titles()).toEqual(["Write a book", "Read a book"]);
  await ann.page.reload();
  await expect.poll(() => ann.titles()).toEqual(["Write a book", "Read a book"]);
  await ann.chooses("Filter", "High priority");
  await expect(ann.tasks).toContainText("No task matches");
  await ann.page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect.poll(() => ann.titles()).toEqual(["Write a letter", "Write a book", "Read a book"]);
});

test("a tag shows its tasks", async ({ ann }) => {
  await ann.adds("Read a book");
  const editor = await ann.opens("Read a book");
  await editor.getByLabel("Tags").fill("home");
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.adds("Write a letter");
  await ann.page.getByRole("button", { name: "Show tasks tagged home" }).click();
  await expect.poll(() => ann.titles()).toEqual(["Read a book"]);
  await ann.page.getByRole("button", { name: "Remove the filter #home" }).click();
  await expect.poll(() => ann.titles()).toEqual(["Write a letter", "Read a book"]);
});

test("more is loaded by its cursor", async ({ ann }) => {
  await ann.has(45);
  await ann.page.reload();
  await expect.poll(async () => (await ann.titles()).length).toBe(20);
  await ann.page.getByRole("button", { name: "Load more" }).click();
  await expect.poll(async () => (await ann.titles()).length).toBe(40);
  await ann.page.getByRole("button", { name: "Load more" }).click();
  await expect.poll(async () => new Set(await ann.titles()).size).toBe(45);
  await expect(ann.page.getByRole("button", { name: "Load more" })).toHaveCount(0);
});

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
