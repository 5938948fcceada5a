import type { TestUser } from "./support/test-user";
import { expect, test } from "./support/fixtures";

const dayMs = 24 * 60 * 60 * 1000;

async function createSampleTasks(user: TestUser): Promise<void> {
  const at = (days: number, hour: number) => {
    const date = new Date(Date.now() + days * dayMs);
    date.setHours(hour, 0, 0, 0);
    return date.toISOString();
  };
  const tasks = [
    { title: "Water the plants", tags: ["home"] },
    { title: "Read “The Art of PostgreSQL”, chapter 4", description: "Up to the part on window functions.", priority: "low", tags: ["reading"] },
    { title: "Send the invoice for October", due_at: at(-2, 17), priority: "high", tags: ["work", "money"] },
    { title: "Book a table for four", due_at: at(1, 12), priority: "medium" },
    { title: "Call the dentist", completed: true },
    { title: "Renew the passport", completed: true },
    { title: "Buy milk", due_at: at(0, 20), tags: ["shopping"] },
    { title: "Prepare the slides", description: "See https://example.com/outline for the outline.", due_at: at(0, 21), priority: "medium", tags: ["work"] },
    { title: "Plan the release of version 1.0", description: "Changelog, screenshots, an announcement.", priority: "high", due_at: at(4, 10), tags: ["work"] },
    { title: "Visit Grandma", due_at: at(12, 15), tags: ["family"] },
  ];
  await user.api.createTasks(...tasks);
  await user.page.reload();
  await user.expectTask("Buy milk");
}

test("screenshots", async ({ createUser, stack }, { project }) => {
  const ann = await createUser("Ann");
  const { page } = ann;
  const screenshot = (name: string) => page.screenshot({ path: `screenshots/${name}-${project.name}.png`, animations: "disabled" });

  await page.goto("/sign-in");
  await page.getByLabel("Password").fill("wrong password");
  await page.getByLabel("Email").fill("ann@example.com");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").filter({ hasText: "Invalid" }).waitFor();
  await screenshot("sign-in-error");
  await page.goto("/sign-up");
  await page.getByLabel("Name").waitFor();
  await screenshot("sign-up");
  await ann.signUp();
  await page.getByText("Nothing to do").waitFor();
  await screenshot("empty");
  await createSampleTasks(ann);
  await screenshot("all");
  for (const view of ["Today", "Upcoming", "Done"] as const) {
    await ann.selectView(view);
    await page.getByRole("heading", { level: 1, name: view }).waitFor();
    await screenshot(view.toLowerCase());
  }
  await ann.selectView("All");
  await ann.deleteTask("Visit Grandma");
  await ann.undoButton("Deleted: Visit Grandma").waitFor();
  await screenshot("deleted");
  await ann.selectView("Trash");
  await page.getByRole("button", { name: "Restore Visit Grandma" }).waitFor();
  await screenshot("trash");
  await ann.selectView("All");

  const form = await ann.openEditor("Plan the release of version 1.0");
  await form.getByLabel("Title").fill(" ");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Enter a title").waitFor();
  await screenshot("editor");
  await form.getByRole("button", { name: /^Due date/ }).click();
  await page.getByRole("dialog", { name: "Due date" }).waitFor();
  await screenshot("due-date");
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByRole("form", { name: "New task" }).getByLabel("Notes").waitFor();
  await page.evaluate(() => window.scrollTo({ top: 0 }));
  await screenshot("composer");
  await page.getByRole("form", { name: "New task" }).getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await page.getByRole("checkbox", { name: "Select: Buy milk" }).check();
  await page.getByRole("checkbox", { name: "Select: Prepare the slides" }).check();
  await screenshot("selection");
  await page.getByRole("button", { name: "Clear selection" }).click();
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("menu").waitFor();
  await screenshot("filter");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menu").waitFor();
  await screenshot("menu");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox").fill("pl");
  await screenshot("palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await screenshot("shortcuts");
  await page.keyboard.press("Escape");
  await page.goto("/?q=unicorn");
  await page.getByText("No matching tasks").waitFor();
  await screenshot("no-match");

  // the same task is changed here, without a connection, and on another device
  await page.goto("/");
  await ann.expectTask("Buy milk");
  const editor = await ann.openEditor("Buy milk");
  await editor.getByLabel("Title").fill("Buy oat milk");
  await ann.context.setOffline(true);
  await editor.getByRole("button", { name: "Save" }).click();
  await page.getByText("You're offline").waitFor();
  await screenshot("offline");
  await ann.api.updateTask("Buy milk", { title: "Buy two bottles of milk" });
  await ann.context.setOffline(false);
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByRole("dialog").waitFor();
  await screenshot("conflict");
  await page.getByRole("button", { name: "Keep selected" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const laptop = await createUser("Ann");
  await laptop.submitSignIn(ann);
  await laptop.expectTasksPage();
  await page.goto("/sessions");
  await page.getByText("This device").waitFor();
  await screenshot("sessions");
  await page.goto("/account");
  await ann.deleteAccount("not the password");
  await page.locator("[aria-invalid=true]").waitFor();
  await screenshot("account");
  await page.goto("/nowhere");
  await screenshot("not-found");
  await page.goto("/");
  await ann.expectTask("Buy oat milk");
  await stack.stopService();
  await ann.signOut();
  await page.getByText("couldn't be reached").waitFor();
  await screenshot("signed-out-while-down");
  await stack.startService();
});

test("screenshots in German", { tag: "@german" }, async ({ browser, stack }, { project }) => {
  const { TestUser } = await import("./support/test-user");
  const context = await browser.newContext({ ...project.use.contextOptions, ...project.use, locale: "de-DE", baseURL: stack.url });
  const ann = await TestUser.create(context, stack, "Anna");
  await context.addCookies([{ name: "language", value: "en", url: stack.url }]);
  await ann.signUp();
  await createSampleTasks(ann);
  await context.addCookies([{ name: "language", value: "de", url: stack.url }]);
  await ann.page.reload();
  await ann.page.getByRole("heading", { name: /Überfällig/ }).waitFor();
  await ann.page.screenshot({ path: `screenshots/${project.name}.png` });
  await context.close();
});
