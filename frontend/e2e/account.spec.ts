// One's own account: another password, and its end.
import { expect, test } from "./support/fixtures";

test("with another password the old one is over, and so are all other sessions", async ({ ann, someone }) => {
  await ann.adds("Buy milk");
  const phone = await someone("Ann");
  await phone.triesToSignIn(ann);
  await phone.seesTheTasks();

  await ann.picks("Account");
  const form = await ann.changesPassword(ann.password, "another one entirely");
  await expect(ann.page.getByText("The password is changed.")).toBeVisible();
  await expect(form.getByLabel("New password")).toHaveValue("");
  await ann.picks("Sessions");
  await expect(ann.page.getByRole("listitem")).toHaveCount(1);
  await expect(ann.page.getByRole("listitem")).toContainText("This one");
  await phone.isLetInNoMore();
  await phone.page.reload();
  await phone.seesTheWayIn();

  await ann.signsOut();
  await ann.triesToSignIn();
  await expect(ann.page.getByRole("main").getByRole("alert")).toBeVisible();
  ann.password = "another one entirely";
  await ann.signsIn();
  await ann.sees("Buy milk");
});

test("what is done on leaving the page is done after another password too", async ({ ann, stack }) => {
  await ann.adds("Buy milk");
  await ann.picks("Account");
  await ann.changesPassword(ann.password, "another one entirely");
  await expect(ann.page.getByText("The password is changed.")).toBeVisible();
  await ann.page.getByRole("link", { name: /taskbridge/i }).click();
  await ann.sees("Buy milk");
  await ann.ticksAndLeaves("Buy milk");
  await expect.poll(() => stack.sql(`SELECT completed FROM task WHERE user_id = '${ann.id}'`)).toBe("t");
  await ann.comesHome();
});

test("a wrong password changes nothing, and stands at its field", async ({ ann }) => {
  await ann.picks("Account");
  const change = await ann.changesPassword("not the password", "another one entirely");
  await expect(change.getByLabel("Current password")).toBeFocused();
  await expect(change.getByLabel("Current password")).toHaveAccessibleDescription(/password/i);
  await ann.changesPassword(ann.password, "short");
  await expect(change.getByLabel("New password")).toBeFocused();
  await expect(change.getByLabel("New password")).toHaveAccessibleDescription(/short|8 to 128/i);
  for (const wrong of ["not the password", ""]) {
    const closing = await ann.closesTheAccount(wrong);
    await expect(closing.getByLabel("Password")).toBeFocused();
    await expect(closing.getByLabel("Password")).toHaveAccessibleDescription(/password/i);
  }
  expect(await ann.page.evaluate(deleteWithoutPassword)).toBe(ann.stack.mode === "backend" ? 404 : 400);
  await ann.signsOut();
  await ann.signsIn();
});

test("a closed account is gone, with its tasks and its token", async ({ ann, stack }) => {
  await ann.adds("Buy milk");
  const copied = ann.tokens.at(-1)!;
  await ann.picks("Account");
  await ann.closesTheAccount(ann.password);
  await ann.seesTheWayIn();
  await expect(ann.page.getByRole("status")).toContainText("Your account is closed");
  expect(await ann.statusWith(copied)).toBe(401);
  expect(stack.sql(`SELECT count(*) FROM "user" WHERE email = '${ann.email}'`)).toBe("0");
  expect(stack.sql(`SELECT count(*) FROM task WHERE user_id = '${ann.id}'`)).toBe("0");
  await ann.triesToSignIn();
  await expect(ann.page.getByRole("main").getByRole("alert")).toBeVisible();
});

/** Past the form, at Better Auth itself; it is not there where the service signs users in. */
async function deleteWithoutPassword(): Promise<number> {
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/api/auth/delete-user", { method: "POST", headers, body: "{}" })).status;
}
