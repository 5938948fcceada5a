// What is on its way when somebody goes, or another comes.
import { expect, test } from "../support/fixtures";

const completion = /\/complete$/;

test("a sign-out waits for a tick and for an edit", async ({ ann, stack }) => {
  const state = () => stack.sql(`SELECT title, completed FROM task WHERE user_id = '${ann.id}'`);
  await ann.adds("Buy milk");
  const editor = await ann.opens("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  const save = await ann.holds("PATCH", /\/api\/tasks\/[^/]+$/);
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.picks("Sign out");
  await ann.waitsForOthersToFinish();
  await save();
  await ann.seesTheWayIn();
  expect(state()).toBe("Buy oat milk|f");

  await ann.signsIn();
  const tick = await ann.holds("PATCH", completion);
  await ann.ticks("Buy oat milk");
  await ann.picks("Sign out");
  await ann.waitsForOthersToFinish();
  await tick();
  await ann.seesTheWayIn();
  expect(state()).toBe("Buy oat milk|t");
});

test("a tick is done when the page is left in the same moment", async ({ ann, stack }) => {
  await ann.adds("Buy milk");
  await ann.ticksAndLeaves("Buy milk");
  await expect.poll(() => stack.sql(`SELECT completed FROM task WHERE user_id = '${ann.id}'`)).toBe("t");
  await ann.comesHome();
  await expect(ann.tasks).toContainText("Nothing to do");
});

test("a deletion is done before another signs in, in another tab", async ({ someone, stack }) => {
  const [ann, bob] = [await someone("Ann"), await someone("Bob")];
  await bob.signsUp();
  // open since before Ann came
  const other = await ann.context.newPage();
  await other.goto("/sign-in");
  await other.getByLabel("E-mail").fill(bob.email);
  await other.getByLabel("Password").fill(bob.password);
  await ann.signsUp();
  await ann.adds("Away with me");
  const { id } = ann;
  await ann.deletes("Away with me");
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(ann.page.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  expect(stack.sql(`SELECT count(*) FROM task WHERE user_id = '${id}'`)).toBe("0");
});

test("what one searched for is not shown to the next", async ({ ann, someone }) => {
  await ann.page.getByLabel("Search tasks").fill("words of Ann");
  await expect(ann.page).toHaveURL(/words/);
  const other = await ann.context.newPage();
  await other.goto("/");
  const bob = await someone("Bob");
  const here = ann.page;
  ann.page = other;
  await ann.signsOut();
  bob.page = other;
  await bob.signsUp();
  await here.goto("/");
  await expect(here.getByLabel("Search tasks")).toHaveValue("");
});

test("a new task is in the list, whatever is ticked or loaded meanwhile", async ({ ann }) => {
  await ann.elsewhere.addsMany(45);
  await ann.page.reload();
  await ann.sees("Task 45");
  const list = await ann.holdsTheAnswer("GET", /\/api\/tasks\?/);
  await ann.newTask.fill("Buy milk");
  await ann.newTask.press("Enter");
  await expect(ann.newTask).toHaveValue("");
  await ann.ticks("Task 44");
  await ann.page.getByRole("button", { name: "Load more" }).click();
  await list();
  await ann.sees("Buy milk");
  await expect(ann.box("Task 44")).toHaveCount(0);
  await expect.poll(async () => (await ann.titles()).length).toBeGreaterThan(38);
  await expect(ann.page.getByRole("button", { name: "Show it" })).toHaveCount(0);
});

test("a deleted task does not come back in a list that was being read", async ({ ann }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.adds("Keep me");
  await ann.adds("Away with me");
  await ann.deletes("Away with me");
  const list = await ann.holdsTheAnswer("GET", /\/api\/tasks\?/);
  await ann.shows("All");
  await ann.page.clock.fastForward(9_000);
  await expect.poll(() => ann.elsewhere.titles()).toEqual(["Keep me"]);
  await expect(ann.box("Away with me")).toHaveCount(0);
  await list();
  await expect.poll(() => ann.titles()).toEqual(["Keep me"]);
});

test("an answer that is not the service’s is no success", async ({ ann }) => {
  await ann.page.route(/\/api\/tasks$/, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Welcome to the hotel</h1>" }), { times: 1 });
  await ann.newTask.fill("Buy milk");
  await ann.newTask.press("Enter");
  await expect(ann.page.getByRole("form", { name: "New task" })).toContainText("Nothing typed is lost");
  await expect(ann.newTask).toHaveValue("Buy milk");
});

test("a task that could not be added is not lost without a word", async ({ ann }) => {
  await ann.page.route(/\/api\/tasks$/, (route) => route.abort(), { times: 1 });
  const send = await ann.holds("POST", /\/api\/tasks$/);
  await ann.newTask.fill("Buy milk");
  await ann.newTask.press("Enter");
  await ann.newTask.fill("Buy bread");
  await send();
  await ann.page.getByText("may not have been added").waitFor();
  await ann.signsOut();
  await expect(ann.page.getByRole("status")).toContainText("You are signed out. Not added: “Buy milk”.");
});
