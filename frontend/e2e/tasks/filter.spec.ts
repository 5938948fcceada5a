import { expect, test } from "../support/fixtures";

test("search keeps every letter at any typing speed", async ({ ann }) => {
  const search = ann.page.getByLabel("Search tasks");
  for (const delay of [200, 250, 300]) {
    await search.clear();
    await search.pressSequentially("milk and bread", { delay });
    await expect(ann.page).toHaveURL(/q=milk(\+|%20)and(\+|%20)bread/);
    await expect(search).toHaveValue("milk and bread");
  }
});

test("search, filter and sort persist across a reload", async ({ ann }) => {
  for (const title of ["Write a letter", "Write a book", "Read a book"]) await ann.addTask(title);
  await ann.page.getByRole("searchbox").fill("book");
  await expect.poll(() => ann.listTitles()).toEqual(["Read a book", "Write a book"]);
  await ann.selectOption("Sort", "Oldest first");
  await expect.poll(() => ann.listTitles()).toEqual(["Write a book", "Read a book"]);
  await ann.page.reload();
  await expect.poll(() => ann.listTitles()).toEqual(["Write a book", "Read a book"]);
  await ann.selectOption("Filter", "High priority");
  await expect(ann.taskList).toContainText("No matching tasks");
  await ann.page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Write a letter", "Write a book", "Read a book"]);
});

test("clicking a tag filters by it", async ({ ann }) => {
  await ann.addTask("Read a book");
  const editor = await ann.openEditor("Read a book");
  await editor.getByLabel("Tags").fill("home");
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.addTask("Write a letter");
  await ann.page.getByRole("button", { name: "Show tasks tagged home" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Read a book"]);
  await ann.page.getByRole("button", { name: "Remove filter: #home" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Write a letter", "Read a book"]);
});

test("invalid URL parameters are ignored", async ({ ann }) => {
  await ann.api.createTasks({ title: "Buy milk", due_at: "2020-01-01T12:00:00Z" });
  await ann.page.goto("/?tag=&tag=%00&view=nowhere&priority=utmost&sort=none");
  await expect.poll(() => ann.listTitles()).toEqual(["Buy milk"]);
  await ann.page.goto(`/?q=${"x".repeat(5_000)}`);
  await ann.page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Buy milk"]);
});
