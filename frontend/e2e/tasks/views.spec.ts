// Today, upcoming, all, done, trash.
import { expect, test } from "../support/fixtures";
import type { TestUser } from "../support/test-user";

/** In the time zone of the browser; an hour early in summer. */
const at = (days: number, hour: number) => {
  const today = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Berlin" }).format(new Date());
  const date = new Date(`${today}T${hour}:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return new Date(date.getTime() - 60 * 60 * 1000).toISOString();
};

async function createDatedTasks(user: TestUser): Promise<void> {
  // late in the evening, a task that is due tonight would be overdue
  await user.page.clock.setFixedTime(at(0, 12));
  await user.page.reload();
  await user.api.createTasks(
    { title: "Someday" },
    { title: "In a month", due_at: at(35, 12) },
    { title: "Tomorrow", due_at: at(1, 12) },
    { title: "Tonight", due_at: at(0, 22) },
    { title: "Last week", due_at: at(-7, 12) },
    { title: "Finished", completed: true },
  );
  await user.expectTask("Someday");
}

const headings = (user: TestUser) => user.taskList.getByRole("heading").allInnerTexts();

test("each view shows its tasks, overdue ones first, and its count", async ({ ann }) => {
  await createDatedTasks(ann);
  await expect.poll(() => ann.listTitles()).toEqual(["Last week", "Tonight", "Tomorrow", "In a month", "Someday"]);
  expect((await headings(ann)).map((text) => text.split("\n")[0])).toEqual(["Overdue", "Today", "Tomorrow", "Later", "No due date"]);
  for (const [view, count, titles] of [
    ["Today", "2 tasks", ["Last week", "Tonight"]],
    ["Upcoming", "2 tasks", ["Tomorrow", "In a month"]],
    ["Done", "", ["Finished"]],
  ] as const) {
    await ann.selectView(view);
    await expect(ann.page.getByRole("heading", { level: 1, name: view })).toBeVisible();
    await expect.poll(() => ann.listTitles()).toEqual(titles);
    await expect(ann.page.getByRole("link", { name: view })).toContainText(count);
    await expect(ann.page.getByRole("link", { name: view })).toHaveAttribute("aria-current", "page");
  }
  await ann.page.reload();
  await expect.poll(() => ann.listTitles()).toEqual(["Finished"]);
  await ann.page.goBack();
  await expect(ann.page.getByRole("heading", { level: 1, name: "Upcoming" })).toBeVisible();
});

test("a task that is added in a view is due so that the view shows it", async ({ ann }) => {
  await ann.selectView("Today");
  await ann.addTask("Buy milk");
  await expect(ann.taskList.getByText("Due:").locator("..")).toHaveText(/Today$/);
  await ann.selectView("Upcoming");
  await ann.addTask("Buy bread");
  await ann.page.getByRole("button", { name: "Remove due date" }).click();
  await ann.enterTask("Buy cheese");
  await ann.page.getByRole("button", { name: "Show task" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Buy milk", "Buy bread", "Buy cheese"]);
});

test("a completed task stays in its place until another list is shown", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.toggleTask("Buy milk");
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await ann.selectView("Done");
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await ann.selectView("All");
  await expect(ann.taskList).toContainText("Nothing to do");
});

test("10,000 tasks are listed without loading more", async ({ ann, stack }) => {
  await ann.addTask("First");
  await ann.expectSaved();
  stack.sql(`
    WITH added AS (
      INSERT INTO taskbridge.task (id, user_id, title, folded_title, priority, tags, created_at, updated_at, revision)
      SELECT gen_random_uuid(), '${ann.userId}', 'Task ' || number, 'task ' || number, 0, '[]', now() - number * interval '1 minute', now(), 1000 + number
      FROM generate_series(1, 10000) AS number RETURNING revision)
    UPDATE taskbridge.task_counter SET revision = (SELECT max(revision) FROM added) WHERE user_id = '${ann.userId}'`);
  await ann.page.reload();
  await expect(ann.page.getByRole("link", { name: /^All/ })).toContainText("10,001 tasks");
  const rows = ann.taskList.getByRole("row");
  expect(await rows.count()).toBeLessThan(100);
  await expect(ann.taskList.getByRole("grid")).toHaveAttribute("aria-rowcount", "10001");
  await ann.page.keyboard.press("j");
  await ann.page.keyboard.press("End");
  await expect(ann.page.getByRole("button", { name: "Task 10000, edit" })).toBeFocused();
  await expect(ann.page.getByRole("button", { name: "Task 10000, edit" })).toBeInViewport();
});
