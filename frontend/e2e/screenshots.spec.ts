import type { TestUser } from "./support/test-user";
import { test } from "./support/fixtures";

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
    { title: "Buy milk", due_at: at(0, 22), tags: ["shopping"] },
    { title: "Plan the release of version 1.0", description: "Changelog, screenshots, an announcement.", priority: "high", due_at: at(4, 10), tags: ["work"] },
  ];
  await user.api.createTasks(...tasks);
  await user.page.reload();
  await user.expectTask("Buy milk");
}

test("screenshots", async ({ createUser, stack }, { project }) => {
  const ann = await createUser("Ann");
  const screenshot = (name: string) => ann.page.screenshot({ path: `screenshots/${name}-${project.name}.png` });
  await ann.page.goto("/sign-in");
  await ann.page.getByLabel("Password").fill("wrong password");
  await ann.page.getByLabel("Email").fill("ann@example.com");
  await screenshot("sign-in");
  await ann.page.getByRole("button", { name: "Sign in" }).click();
  await ann.page.getByRole("alert").filter({ hasText: "Invalid" }).waitFor();
  await screenshot("sign-in-error");
  await ann.page.goto("/sign-up");
  await ann.page.getByLabel("Name").waitFor();
  await screenshot("sign-up");
  await ann.signUp();
  await ann.page.getByText("Nothing to do").waitFor();
  await screenshot("empty");
  await createSampleTasks(ann);
  await screenshot("tasks");
  const form = await ann.openEditor("Plan the release of version 1.0");
  await form.getByLabel("Title").fill(" ");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Enter a title").waitFor();
  await screenshot("editor");
  await form.getByRole("button", { name: "Cancel" }).click();
  await ann.page.getByRole("button", { name: "Details" }).click();
  await screenshot("composer");
  await ann.page.getByRole("button", { name: "Details" }).click();
  await ann.page.getByRole("button", { name: "Filter" }).click();
  await screenshot("filter");
  await ann.page.keyboard.press("Escape");
  await ann.page.getByRole("button", { name: /^Account/ }).click();
  await screenshot("menu");
  await ann.page.keyboard.press("Escape");
  await ann.page.getByRole("button", { name: "Delete Buy milk" }).click();
  await ann.context.setOffline(true);
  await ann.page.getByText("You're offline").waitFor();
  await screenshot("offline");
  await ann.context.setOffline(false);
  await ann.page.goto("/?q=unicorn");
  await ann.page.getByText("No matching tasks").waitFor();
  await screenshot("no-match");
  await ann.newTaskInput.fill("Water the plants again");
  await ann.newTaskInput.press("Enter");
  await ann.page.getByRole("button", { name: "Show task" }).waitFor();
  await screenshot("hidden-by-filter");
  const laptop = await createUser("Ann");
  await laptop.submitSignIn(ann);
  await laptop.expectTasksPage();
  await ann.page.goto("/sessions");
  await ann.page.getByText("This device").waitFor();
  await screenshot("sessions");
  await ann.page.goto("/account");
  await ann.deleteAccount("not the password");
  await ann.page.locator("[aria-invalid=true]").waitFor();
  await screenshot("account");
  await ann.page.goto("/nowhere");
  await screenshot("not-found");
  await ann.page.goto("/");
  await ann.expectTask("Buy milk");
  await stack.stopService();
  await ann.page.getByText("All", { exact: true }).click();
  await ann.page.getByText("Trying again…").waitFor();
  await ann.newTaskInput.fill("Buy bread");
  await ann.newTaskInput.press("Enter");
  await ann.page.getByText("Your changes are kept").waitFor();
  await screenshot("service-down");
  const release = await ann.holdNextRequest("POST", /\/api\/tasks$/);
  await ann.newTaskInput.press("Enter");
  await ann.newTaskInput.fill("Buy cheese");
  await release();
  await ann.page.getByText("may not have been added").waitFor();
  await screenshot("unsent");
  await ann.page.reload();
  await ann.page.getByText("Couldn't load your tasks").waitFor();
  await screenshot("service-down-on-load");
  await ann.signOut();
  await ann.page.getByText("couldn't be reached").waitFor();
  await screenshot("signed-out-while-down");
  await stack.startService();
  await ann.signIn();
  await ann.expectTask("Buy milk");
  await ann.page.route(/\/api\/tasks\?/, (route) => route.fulfill({ json: { items: [null], next_cursor: null } }), { times: 1 });
  await ann.page.reload();
  await ann.page.getByText("Something went wrong").waitFor();
  await screenshot("error");
  await ann.blockTokenRequests();
  await ann.page.reload();
  await ann.page.getByText("Can't reach the server").waitFor();
  await screenshot("sign-in-down");
});
