import { taskUrl } from "../support/browser-session";
import { expect, test } from "../support/fixtures";

test("a new task is shown at once, and marked until it is saved", async ({ ann }) => {
  const release = await ann.holdNextRequest("PUT", taskUrl);
  await ann.addTask("Buy milk");
  await expect(ann.taskList.getByRole("img", { name: "Not saved" })).toBeVisible();
  await ann.newTaskInput.fill("Buy bread");
  await release();
  await expect(ann.taskList.getByRole("img", { name: "Not saved" })).toHaveCount(0);
  await expect(ann.newTaskInput).toHaveValue("Buy bread");
  expect(await ann.api.listTitles()).toEqual(["Buy milk"]);
});

test("a task in flight survives a reload and is added once", async ({ ann }) => {
  await ann.holdNextRequest("PUT", taskUrl);
  const sent = ann.page.waitForRequest(taskUrl);
  await ann.addTask("Buy milk");
  await sent;
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy milk"]);
});

test("a change that the service rejects can be sent again or discarded", async ({ ann }) => {
  const problem = { type: "/problems/invalid-content", title: "Invalid", status: 422, detail: "See errors.", errors: [{ pointer: "/title", detail: "must be nicer" }] };
  await ann.page.route(taskUrl, (route) => route.fulfill({ status: 422, contentType: "application/problem+json", headers: { "Access-Control-Allow-Origin": "*" }, json: problem }), { times: 2 });
  const row = (name: string) => ann.taskList.getByRole("row").filter({ hasText: name });
  for (const name of ["Buy milk", "Buy bread"]) {
    await ann.enterTask(name);
    await expect(row(name).getByRole("alert")).toContainText("must be nicer");
  }
  await row("Buy milk").getByRole("button", { name: "Discard change" }).click();
  await row("Buy bread").getByRole("button", { name: "Try again" }).click();
  await expect(ann.taskList.getByRole("alert")).toHaveCount(0);
  await expect.poll(() => ann.listTitles()).toEqual(["Buy bread"]);
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy bread"]);
});

test("submitting twice creates one task", async ({ ann }) => {
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.evaluate((input: HTMLInputElement) => {
    input.form!.requestSubmit();
    input.form!.requestSubmit();
  });
  await ann.addTask("Buy bread");
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy bread", "Buy milk"]);
});

test("a task hidden by the filter can be shown", async ({ ann }) => {
  await ann.selectOption("Filter", "High priority");
  await ann.enterTask("Buy milk");
  await ann.page.getByRole("button", { name: "Show task" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Buy milk"]);
  await ann.addTask("Buy bread");
});

test("invalid input is shown at its field", async ({ ann }) => {
  const form = ann.page.getByRole("form", { name: "New task" });
  await ann.enterTask("x".repeat(256));
  await expect(form.getByLabel("New task")).toHaveAccessibleDescription(/1 to 255/);
  await expect(form.getByLabel("New task")).toBeFocused();
  await form.getByLabel("New task").fill("Tagged twice");
  const tags = form.getByLabel("Tags");
  await tags.fill(`home,home,${"x".repeat(51)},`);
  await form.getByRole("button", { name: "Add" }).click();
  await expect(tags).toHaveAccessibleDescription(/2nd.*50/);
  await form.getByRole("button", { name: "Cancel" }).click();
  await ann.page.reload();
  await expect(ann.page.getByRole("button", { name: "Details, filled in" })).toBeVisible();
  await expect(ann.newTaskInput).toHaveValue("Tagged twice");
});

test("what is typed before the page is ready is kept", async ({ ann }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await ann.page.route("**/*.js", async (route) => {
    await held;
    await route.continue();
  });
  await ann.page.goto("/", { waitUntil: "commit" });
  await ann.newTaskInput.fill("Buy milk");
  release();
  await expect(ann.page.getByRole("button", { name: "Account: Ann" })).toBeVisible();
  await expect(ann.newTaskInput).toHaveValue("Buy milk");
  await ann.newTaskInput.press("Enter");
  await ann.expectTask("Buy milk");
});

test("sign-out waits for a task in flight", async ({ ann, stack }) => {
  const send = await ann.holdNextRequest("PUT", taskUrl);
  await ann.addTask("Buy milk");
  await ann.openMenuItem("Sign out");
  await ann.waitForPendingWork();
  await send();
  await ann.expectSignInPage();
  expect(stack.sql(`SELECT title FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("Buy milk");
});
