// Changing the password and deleting the account.
import { expect, test } from "./support/fixtures";

test("changing the password revokes all other sessions", async ({ ann, createUser }) => {
  await ann.addTask("Buy milk");
  const phone = await createUser("Ann");
  await phone.signInAs(ann);

  await ann.openMenuItem("Account");
  const form = await ann.changePassword(ann.password, "another one entirely");
  await expect(ann.page.getByText("Password changed.")).toBeVisible();
  await expect(form.getByLabel("New password")).toHaveValue("");
  await ann.openMenuItem("Sessions");
  await expect(ann.page.getByRole("listitem")).toHaveCount(1);
  await expect(ann.page.getByRole("listitem")).toContainText("This device");
  await phone.expectTokensRejected();
  await phone.expectSignInPage();
  await expect(phone.page.getByRole("status")).toContainText("You've been signed out");

  await ann.signOut();
  await ann.submitSignIn();
  await expect(ann.page.getByRole("main").getByRole("alert")).toBeVisible();
  ann.password = "another one entirely";
  await ann.signIn();
  await ann.expectTask("Buy milk");
});

test("requests sent during navigation work after a password change", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.openMenuItem("Account");
  await ann.changePassword(ann.password, "another one entirely");
  await expect(ann.page.getByText("Password changed.")).toBeVisible();
  await ann.page.getByRole("link", { name: /taskbridge/i }).click();
  await ann.expectTask("Buy milk");
  await ann.toggleTaskAndLeavePage("Buy milk");
  await expect.poll(() => stack.sql(`SELECT completed FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("t");
  await ann.openTasks();
});

test("a wrong password changes nothing and is shown at its field", async ({ ann }) => {
  await ann.openMenuItem("Account");
  const passwordForm = await ann.changePassword("not the password", "another one entirely");
  await expect(passwordForm.getByLabel("Current password")).toBeFocused();
  await expect(passwordForm.getByLabel("Current password")).toHaveAccessibleDescription("Current password is incorrect");
  await ann.changePassword(ann.password, "short");
  await expect(passwordForm.getByLabel("New password")).toBeFocused();
  await expect(passwordForm.getByLabel("New password")).toHaveAccessibleDescription(/short|8 to 128/i);
  for (const [password, error] of [["not the password", "Password is incorrect"], ["", "Enter your password"]] as const) {
    const form = await ann.deleteAccount(password);
    await expect(form.getByLabel("Password")).toBeFocused();
    await expect(form.getByLabel("Password")).toHaveAccessibleDescription(error);
  }
  expect(await ann.page.evaluate(deleteWithoutPassword)).toBe(ann.stack.hasAuthServer ? 400 : 404);
  await ann.signOut();
  await ann.signIn();
});

test("deleting the account deletes its tasks and revokes tokens", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  const token = ann.tokens.at(-1)!;
  await ann.openMenuItem("Account");
  await ann.deleteAccount(ann.password);
  await ann.expectSignInPage();
  await expect(ann.page.getByRole("status")).toContainText("Your account and your tasks have been deleted");
  expect(await ann.statusForToken(token)).toBe(401);
  expect(stack.sql(`SELECT count(*) FROM "user" WHERE email = '${ann.email}'`)).toBe("0");
  expect(stack.sql(`SELECT count(*) FROM taskbridge.task WHERE user_id = '${ann.userId}'`)).toBe("0");
  await ann.submitSignIn();
  await expect(ann.page.getByRole("main").getByRole("alert")).toBeVisible();
});

/** Calls Better Auth's server directly; the route exists only where this app runs one. */
async function deleteWithoutPassword(): Promise<number> {
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/api/auth/delete-user", { method: "POST", headers, body: "{}" })).status;
}
