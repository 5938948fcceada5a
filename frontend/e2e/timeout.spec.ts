// The service accepts requests but does not respond.
import { expect, test } from "./support/fixtures";

// more than twice the client timeout
const longTimeout = { timeout: 50_000 };

test.afterEach(({ stack }) => stack.resumeService());

test("the list reports a timeout and recovers", { tag: "@once" }, async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  stack.pauseService();
  await ann.page.getByText("All", { exact: true }).click();
  await expect(ann.page.getByText("Can't reach the server.")).toBeVisible(longTimeout);
  stack.resumeService();
  await expect(ann.page.getByText("Can't reach the server.")).toHaveCount(0);
  await ann.expectTask("Buy milk");
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
