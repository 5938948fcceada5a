// Sign-up, sign-in and sign-out, in every mode.
import { expect, test } from "./support/fixtures";

test("tasks persist across reload, sign-out and sign-in", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  await ann.signOut();
  await ann.page.goto("/");
  await ann.expectSignInPage();
  await ann.signIn();
  await ann.expectTask("Buy milk");
});

test("the back button after a sign-out shows no tasks", async ({ ann }) => {
  await ann.addTask("Buy milk");
  await ann.openMenuItem("Sessions");
  await ann.page.getByText("This device").waitFor();
  await ann.signOut();
  await ann.page.goBack();
  await ann.page.waitForURL("**/sign-in");
  await ann.expectSignInPage();
  await ann.expectNoText("Buy milk");
});

test("users do not see each other's tasks", async ({ ann, createUser }) => {
  await ann.addTask("Buy milk");
  const bob = await createUser("Bob");
  await bob.signUp();
  await bob.page.getByText("Nothing to do").waitFor();
  await bob.expectNoText("Buy milk");
  await bob.addTask("Call Ann");
  await ann.page.reload();
  await ann.expectTask("Buy milk");
  await ann.expectNoText("Call Ann");
});

test("the next user of the browser sees no earlier data", async ({ ann, createUser }) => {
  await ann.addTask("Buy milk");
  await ann.newTaskInput.fill("A secret of Ann");
  await ann.page.getByLabel("Search tasks").fill("secret");
  await expect(ann.page).toHaveURL(/secret/);
  await ann.signOut();
  const bob = await createUser("Bob");
  bob.page = ann.page;
  await bob.signUp();
  await bob.page.getByText("Nothing to do").waitFor();
  await bob.expectNoText("Buy milk");
  await expect(bob.newTaskInput).toHaveValue("");
  await expect(bob.page.getByLabel("Search tasks")).toHaveValue("");
});

test("drafts of another tab are not shown to the next user", async ({ ann, createUser }) => {
  const here = ann.page;
  const there = await ann.context.newPage();
  ann.page = there;
  await there.goto("/");
  await ann.newTaskInput.fill("A secret of Ann");
  ann.page = here;
  await ann.signOut();
  const bob = await createUser("Bob");
  bob.page = here;
  await bob.signUp();
  bob.page = there;
  // this tab follows the sign-in
  await expect(there.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  await there.reload();
  await there.getByText("Nothing to do").waitFor();
  await expect(bob.newTaskInput).toHaveValue("");
});

test("errors are shown at the invalid field", async ({ ann, createUser }) => {
  const bob = await createUser("Bob");
  const { page } = bob;
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Bob");
  await page.getByLabel("Email").fill(ann.email);
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Password")).toBeFocused();
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/short|8 to 128/i);
  await page.getByLabel("Password").fill(bob.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/exists|taken|already/i);
});

test("a blank or overlong name or email is rejected", async ({ createUser }) => {
  const { page, email, password } = await createUser("Bob");
  await page.goto("/sign-up");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  for (const [name, complaint] of [
    ["   ", /^Enter your name$/],
    ["B".repeat(256), /255/],
  ] as const) {
    await page.getByLabel("Name").fill(name);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("Name")).toBeFocused();
    await expect(page.getByLabel("Name")).toHaveAccessibleDescription(complaint);
  }
  await page.getByLabel("Name").fill("Bob");
  await page.getByLabel("Email").fill(`b@${"b.".repeat(130)}example.com`);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/email/i);
});

test("wrong password and unknown email have the same message", async ({ ann, createUser }) => {
  const bob = await createUser("Bob");
  const attempt = async (email: string) => {
    await bob.submitSignIn({ email, password: "not the password" });
    await expect(bob.page.getByRole("button", { name: "Sign in" })).toBeFocused();
    return bob.page.getByRole("main").getByRole("alert").textContent();
  };
  expect(await attempt(ann.email)).toBe(await attempt("nobody@example.com"));
});

test("a revoked session is signed out", async ({ ann, createUser }) => {
  const phone = await createUser("Ann");
  await phone.signInAs(ann);

  await ann.openMenuItem("Sessions");
  await expect(ann.page.getByRole("listitem")).toHaveCount(2);
  await expect(ann.page.getByRole("listitem").first()).toContainText("This device");
  await ann.page.getByRole("button", { name: "Sign out Chrome on Linux" }).click();
  await expect(ann.page.getByRole("listitem")).toHaveCount(1);

  await phone.expectTokensRejected();
  await phone.expectSignInPage();
  await expect(phone.page.getByRole("status")).toContainText("You've been signed out");
});

test("all other sessions can be revoked at once", async ({ ann, createUser }) => {
  const [phone, laptop] = [await createUser("Ann"), await createUser("Ann")];
  for (const other of [phone, laptop]) await other.signInAs(ann);
  await ann.openMenuItem("Sessions");
  await expect(ann.page.getByRole("listitem")).toHaveCount(3);
  await ann.page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(ann.page.getByRole("listitem")).toHaveCount(1);
  await expect(ann.page.getByRole("listitem")).toContainText("This device");
  await expect(ann.page.getByRole("button", { name: "Sign out everywhere else" })).toHaveCount(0);
  await expect(ann.page.getByRole("button", { name: "Sign out this device" })).toBeFocused();
  for (const other of [phone, laptop]) await other.expectTokensRejected();
  await ann.page.reload();
  await expect(ann.page.getByRole("listitem")).toHaveCount(1);
});

test("a sign-in page follows a sign-in in another tab", async ({ ann }) => {
  await ann.signOut();
  const other = await ann.context.newPage();
  await other.goto("/sign-in");
  await ann.expectSignInPage(other);
  await other.getByLabel("Email").fill("someone@example.com");
  await ann.signIn();
  await expect(other.getByRole("heading", { name: "Tasks" })).toBeVisible();
});
