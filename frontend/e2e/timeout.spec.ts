// The service hangs: it takes what is sent, and answers nothing. No page waits for ever.
import { expect, test } from "./support/fixtures";

// longer than the pages wait, twice
const longTimeout = { timeout: 50_000 };

test.afterEach(({ stack }) => stack.resumeService());

test("the list says that the service can’t be reached, and comes back by itself", { tag: "@once" }, async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  stack.pauseService();
  await ann.page.getByText("All", { exact: true }).click();
  await expect(ann.page.getByText("The service can’t be reached.")).toBeVisible(longTimeout);
  stack.resumeService();
  await expect(ann.page.getByText("The service can’t be reached.")).toHaveCount(0);
  await ann.expectTask("Buy milk");
});

test("a sign-in says that the service can’t be reached, and works when it answers again", { tag: "@backend" }, async ({ ann, stack }) => {
  await ann.signOut();
  stack.pauseService();
  await ann.submitSignIn();
  await expect(ann.page.getByRole("main").getByRole("alert")).toContainText("The service can’t be reached.", longTimeout);
  stack.resumeService();
  await ann.page.getByRole("button", { name: "Sign in" }).click();
  await ann.expectTasksPage();
});
