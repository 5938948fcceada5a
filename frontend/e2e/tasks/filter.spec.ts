// Searching, filtering, sorting, loading more.
import { expect, test } from "../support/fixtures";

test("a search takes every letter, however slowly it is typed", async ({ ann }) => {
  const search = ann.page.getByLabel("Search tasks");
  for (const delay of [200, 250, 300]) {
    await search.clear();
    await search.pressSequentially("milk and bread", { delay });
    await expect(ann.page).toHaveURL(/q=milk(\+|%20)and(\+|%20)bread/);
    await expect(search).toHaveValue("milk and bread");
  }
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
  await ann.elsewhere.addsMany(45);
  await ann.page.reload();
  await expect.poll(async () => (await ann.titles()).length).toBe(20);
  await ann.page.getByRole("button", { name: "Load more" }).click();
  await expect.poll(async () => (await ann.titles()).length).toBe(40);
  await ann.page.getByRole("button", { name: "Load more" }).click();
  await expect.poll(async () => new Set(await ann.titles()).size).toBe(45);
  await expect(ann.page.getByRole("button", { name: "Load more" })).toHaveCount(0);
});

test("an address that can't be is read as well as it can be", async ({ ann }) => {
  await ann.elsewhere.adds({ title: "Buy milk", due_at: "2020-01-01T12:00:00Z" });
  await ann.page.goto("/?tag=&tag=%00&due=overdue&status=done&priority=utmost&sort=none");
  await expect.poll(() => ann.titles()).toEqual(["Buy milk"]);
  await ann.page.goto(`/?q=${"x".repeat(5_000)}`);
  await ann.page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect.poll(() => ann.titles()).toEqual(["Buy milk"]);
});

test("what is done is not overdue", async ({ ann }) => {
  await ann.elsewhere.adds({ title: "Late", due_at: "2020-01-01T12:00:00Z" }, { title: "Late, but done", due_at: "2020-01-01T12:00:00Z" });
  await ann.page.reload();
  await ann.ticks("Late, but done");
  await ann.shows("All");
  await expect.poll(() => ann.titles()).toEqual(["Late, but done", "Late"]);
  await ann.chooses("Filter", "Overdue");
  await expect.poll(() => ann.titles()).toEqual(["Late"]);
  await ann.shows("Done");
  await expect.poll(() => ann.titles()).toEqual(["Late, but done"]);
});
