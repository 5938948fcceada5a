// The service accepts requests but does not respond.
import { expect, test } from "./support/fixtures";

// more than twice the client timeout
const longTimeout = { timeout: 50_000 };

test.afterEach(({ stack }) => stack.resumeService());

test("a service that does not respond is reported, changes are sent later", { tag: "@once" }, async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  stack.pauseService();
  await ann.addTask("Buy bread");
  await expect(ann.page.getByText("You're offline. 1 change is saved")).toBeVisible(longTimeout);
  stack.resumeService();
  await expect(ann.page.getByText("You're offline.")).toHaveCount(0, longTimeout);
  await expect.poll(() => ann.api.listTitles()).toEqual(["Buy bread", "Buy milk"]);
});

test("sign-in reports a timeout and can be retried", { tag: "@backend" }, async ({ ann, stack }) => {
  await ann.signOut();
  stack.pauseService();
  await ann.submitSignIn();
  await expect(ann.page.getByRole("main").getByRole("alert")).toContainText("Can't reach the server.", longTimeout);
  stack.resumeService();
  await ann.page.getByRole("button", { name: "Sign in" }).click();
  await ann.expectTasksPage();
});
