import { expect, test } from "../support/fixtures";

const createUrl = /\/api\/tasks$/;

test("a task created during a refetch is in the list", async ({ ann }) => {
  const releaseList = await ann.holdNextResponse("GET", /\/api\/tasks\?/);
  await ann.page.reload();
  const added = ann.page.waitForResponse((response) => response.request().method() === "POST" && createUrl.test(response.url()));
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await added;
  await releaseList();
  await ann.expectTask("Buy milk");
});

test("typing continues while a task is being sent", async ({ ann }) => {
  const release = await ann.holdNextRequest("POST", createUrl);
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await ann.newTaskInput.fill("Buy bread");
  await release();
  await ann.expectTask("Buy milk");
  await expect(ann.newTaskInput).toHaveValue("Buy bread");
});

test("a failed task is kept while the next one is typed", async ({ ann }) => {
  await ann.page.route(createUrl, (route) => route.abort(), { times: 1 });
  const send = await ann.holdNextRequest("POST", createUrl);
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await ann.newTaskInput.fill("Buy bread");
  await send();
  const unsent = ann.page.getByRole("alert").filter({ hasText: "Buy milk" });
  await expect(unsent).toContainText("may not have been added");
  await ann.page.reload();
  await unsent.getByRole("button", { name: "Try again" }).click();
  await ann.expectTask("Buy milk");
  await expect(unsent).toHaveCount(0);
  await expect(ann.newTaskInput).toHaveValue("Buy bread");
});

test("a task in flight survives a reload", async ({ ann }) => {
  await ann.holdNextRequest("POST", createUrl);
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await expect(ann.newTaskInput).toHaveValue("");
  await ann.page.reload();
  const unsent = ann.page.getByRole("alert").filter({ hasText: "Buy milk" });
  const isBack = ann.newTaskInput.and(ann.page.locator('[value="Buy milk"]'));
  // in the input if the browser reported the aborted request before unloading
  await expect(unsent.or(isBack)).toBeVisible();
});

test("submitting twice creates one task", async ({ ann }) => {
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.evaluate((input: HTMLInputElement) => {
    input.form!.requestSubmit();
    input.form!.requestSubmit();
  });
  await ann.addTask("Buy bread");
  expect(await ann.api.listTitles()).toEqual(["Buy bread", "Buy milk"]);
});

test("a task hidden by the filter can be shown", async ({ ann }) => {
  await ann.selectOption("Filter", "High priority");
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await ann.page.getByRole("button", { name: "Show task" }).click();
  await expect.poll(() => ann.listTitles()).toEqual(["Buy milk"]);
  await expect(ann.page.getByRole("button", { name: "Show task" })).toHaveCount(0);
  await ann.addTask("Buy bread");
  await expect(ann.page.getByRole("button", { name: "Show task" })).toHaveCount(0);
});

test("validation errors are shown at their field", async ({ ann }) => {
  await ann.newTaskInput.fill("x".repeat(256));
  await ann.newTaskInput.press("Enter");
  await expect(ann.newTaskInput).toHaveAccessibleDescription(/1 to 255/);
  await expect(ann.newTaskInput).toHaveValue("x".repeat(256));
  await ann.newTaskInput.fill("Tagged twice");
  await ann.page.getByRole("button", { name: "Details" }).click();
  const tags = ann.page.getByLabel("Tags");
  await tags.fill(`home,home,${"x".repeat(51)},`);
  await ann.page.getByRole("button", { name: "Details" }).click();
  await expect(ann.page.getByRole("button", { name: "Details, filled in" })).toBeVisible();
  await ann.page.getByRole("button", { name: "Add" }).click();
  await expect(tags).toHaveAccessibleDescription(/2nd.*50/);
  await expect(tags).toBeFocused();
});

test("sign-out waits for a task in flight", async ({ ann, stack }) => {
  const send = await ann.holdNextRequest("POST", createUrl);
  await ann.newTaskInput.fill("Buy milk");
  await ann.newTaskInput.press("Enter");
  await ann.openMenuItem("Sign out");
  await ann.waitForPendingWork();
  await send();
  await ann.expectSignInPage();
  expect(stack.sql(`SELECT title FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("Buy milk");
});
