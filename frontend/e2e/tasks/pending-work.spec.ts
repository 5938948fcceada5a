// Requests in flight while users leave, sign out or switch.
import { expect, test } from "../support/fixtures";

const completeUrl = /\/complete$/;

test("sign-out waits for pending changes", async ({ ann, stack }) => {
  const state = () => stack.sql(`SELECT title, completed FROM taskbridge.task WHERE user_id = '${ann.userId}'`);
  await ann.addTask("Buy milk");
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  const save = await ann.holdNextRequest("PATCH", /\/api\/tasks\/[^/]+$/);
  await editor.getByRole("button", { name: "Save" }).click();
  await ann.openMenuItem("Sign out");
  await ann.waitForPendingWork();
  await save();
  await ann.expectSignInPage();
  expect(state()).toBe("Buy oat milk|f");

  await ann.signIn();
  const tick = await ann.holdNextRequest("PATCH", completeUrl);
  await ann.toggleTask("Buy oat milk");
  await ann.openMenuItem("Sign out");
  await ann.waitForPendingWork();
  await tick();
  await ann.expectSignInPage();
  expect(state()).toBe("Buy oat milk|t");
});

test("a change is saved if the page is left at once", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.toggleTaskAndLeavePage("Buy milk");
  await expect.poll(() => stack.sql(`SELECT completed FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("t");
  await ann.openTasks();
  await expect(ann.taskList).toContainText("Nothing to do");
});

test("deletions are sent before another user signs in", async ({ createUser, stack }) => {
  const [ann, bob] = [await createUser("Ann"), await createUser("Bob")];
  await bob.signUp();
  const other = await ann.context.newPage();
  // like a frozen tab, it does not learn that Ann signs up, and stays on the sign-in page
  await other.addInitScript(() => {
    const listen = BroadcastChannel.prototype.addEventListener;
    BroadcastChannel.prototype.addEventListener = function (this: BroadcastChannel, ...args: Parameters<typeof listen>) {
      if (this.name !== "taskbridge") listen.apply(this, args);
    } as typeof listen;
  });
  await other.goto("/sign-in");
  await other.getByLabel("Email").fill(bob.email);
  await other.getByLabel("Password").fill(bob.password);
  await ann.signUp();
  await ann.addTask("Delete me");
  const { userId } = ann;
  await ann.deleteTask("Delete me");
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(ann.page.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  expect(stack.sql(`SELECT count(*) FROM taskbridge.task WHERE user_id = '${userId}' AND deleted_at IS NULL`)).toBe("0");
});

test("a search is not shown to the next user", async ({ ann, createUser }) => {
  await ann.page.getByLabel("Search tasks").fill("secret plans");
  await expect(ann.page).toHaveURL(/secret/);
  const other = await ann.context.newPage();
  await other.goto("/");
  const bob = await createUser("Bob");
  const here = ann.page;
  ann.page = other;
  await ann.signOut();
  bob.page = other;
  await bob.signUp();
  await here.goto("/");
  await expect(here.getByLabel("Search tasks")).toHaveValue("");
});

test("a new task is listed despite concurrent changes", async ({ ann }) => {
  await ann.api.createNumberedTasks(45);
  await ann.page.reload();
  await ann.expectTask("Task 45");
  const list = await ann.holdNextResponse("GET", /\/api\/tasks\?/);
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await expect(ann.newTaskInput).toHaveValue("");
  await ann.toggleTask("Task 44");
  await ann.page.getByRole("button", { name: "Load more" }).click();
  await list();
  await ann.expectTask("Buy milk");
  await expect(ann.checkbox("Task 44")).toHaveCount(0);
  await expect.poll(async () => (await ann.listTitles()).length).toBeGreaterThan(38);
  await expect(ann.page.getByRole("button", { name: "Show task" })).toHaveCount(0);
});

test("a deleted task does not reappear after a refetch", async ({ ann }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Keep me");
  await ann.addTask("Delete me");
  await ann.deleteTask("Delete me");
  const list = await ann.holdNextResponse("GET", /\/api\/tasks\?/);
  await ann.selectStatus("All");
  await ann.page.clock.fastForward(9_000);
  await expect.poll(() => ann.api.listTitles()).toEqual(["Keep me"]);
  await expect(ann.checkbox("Delete me")).toHaveCount(0);
  await list();
  await expect.poll(() => ann.listTitles()).toEqual(["Keep me"]);
});

test("a response that is not JSON is an error", async ({ ann }) => {
  await ann.page.route(/\/api\/tasks$/, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Sign in to Wi-Fi</h1>" }), { times: 1 });
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await expect(ann.page.getByRole("form", { name: "New task" })).toContainText("Your changes are kept");
  await expect(ann.newTaskInput).toHaveValue("Buy milk");
});

test("sign-out reports tasks that were not added", async ({ ann }) => {
  await ann.page.route(/\/api\/tasks$/, (route) => route.abort(), { times: 1 });
  const send = await ann.holdNextRequest("POST", /\/api\/tasks$/);
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await ann.newTaskInput.fill("Buy bread");
  await send();
  await ann.page.getByText("may not have been added").waitFor();
  await ann.signOut();
  await expect(ann.page.getByRole("status")).toContainText("You're signed out. Not added: “Buy milk”.");
});
