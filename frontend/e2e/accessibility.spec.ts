// Automated accessibility checks (axe) of every page, in both themes.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures";

async function expectAccessible(page: Page, ...disabledRules: string[]): Promise<void> {
  await expect(page).not.toHaveTitle(""); // during client-side navigation the title is empty for a moment
  const { violations } = await new AxeBuilder({ page }).disableRules(disabledRules).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  // colors are the same in every mode
  test.describe(colorScheme, { tag: colorScheme === "dark" ? "@once" : [] }, () => {
    test.use({ contextOptions: { colorScheme, reducedMotion: "reduce" } });

    test("sign-in, sign-up and not-found pages", async ({ createUser }) => {
      const { page } = await createUser("Ann");
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill("ann@example.com");
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("main").getByRole("alert").waitFor();
      await expectAccessible(page);
      await page.goto("/sign-up");
      await page.getByRole("button", { name: "Create account" }).click();
      await page.locator("[aria-invalid=true]").waitFor();
      await expectAccessible(page);
      await page.goto("/nowhere");
      await expectAccessible(page);
    });

    test("task list: empty, filled, editing, deleted", async ({ ann }) => {
      await ann.page.getByText("Nothing to do").waitFor();
      await expectAccessible(ann.page);
      await ann.api.createNumberedTasks(25);
      await ann.page.reload();
      await ann.expectTask("Task 25");
      await ann.page.getByRole("button", { name: "Details" }).click();
      await ann.page.getByRole("form", { name: "New task" }).getByLabel("Notes").waitFor();
      await ann.deleteTask("Task 25");
      await ann.undoButton("Deleted: Task 25").waitFor();
      await ann.page.getByRole("checkbox", { name: "Done: Task 23" }).check();
      const editor = await ann.openEditor("Task 24");
      await editor.getByLabel("Title").fill("");
      await editor.getByRole("button", { name: "Save" }).click();
      await editor.locator("[aria-invalid=true]").waitFor();
      await expectAccessible(ann.page);
    });

    test("error and loading states", async ({ ann }) => {
      await ann.page.getByText("Nothing to do").waitFor();
      await ann.context.setOffline(true);
      await ann.page.getByText("You're offline").waitFor();
      await expectAccessible(ann.page);
      await ann.context.setOffline(false);
      await ann.page.getByText("You're offline").waitFor({ state: "hidden" });
      await ann.blockTokenRequests();
      // without a remembered user, nothing can be shown
      await ann.page.evaluate(() => localStorage.clear());
      await ann.page.reload();
      await expect(ann.page.getByRole("alert").filter({ hasText: "Can't reach the server" })).toBeVisible();
      await expectAccessible(ann.page);
      await ann.unblockTokenRequests();
      await ann.expectTasksPage();
    });

    test("menus", async ({ ann }) => {
      for (const menu of ["Filter", "Sort", /^Account/]) {
        await ann.page.getByRole("button", { name: menu }).click();
        await ann.page.getByRole("menu").waitFor();
        // a menu is rendered outside the page's landmarks
        await expectAccessible(ann.page, "region");
        await ann.page.keyboard.press("Escape");
      }
    });

    test("views, selection, date picker and dialogs", async ({ ann }) => {
      await ann.api.createTasks({ title: "Late", due_at: "2020-01-01T12:00:00Z" }, { title: "Someday", tags: ["home"], priority: "high" });
      await ann.expectTask("Someday");
      for (const view of ["Today", "Upcoming", "Done", "Trash", "All"] as const) {
        await ann.selectView(view);
        await ann.page.getByRole("heading", { level: 1, name: view }).waitFor();
        await expectAccessible(ann.page);
      }
      await ann.page.getByRole("button", { name: "Select", exact: true }).click();
      await ann.page.getByRole("checkbox", { name: "Select: Late" }).check();
      await expectAccessible(ann.page);
      await ann.page.keyboard.press("Escape");
      const editor = await ann.openEditor("Someday");
      await editor.getByRole("button", { name: /^Due date/ }).click();
      await ann.page.getByRole("dialog", { name: "Due date" }).waitFor();
      await expectAccessible(ann.page, "region");
      await ann.page.keyboard.press("Escape");
      await editor.getByRole("button", { name: "Cancel" }).click();
      for (const key of ["ControlOrMeta+k", "?"]) {
        await ann.page.keyboard.press(key);
        await ann.page.getByRole("dialog").waitFor();
        await expectAccessible(ann.page, "region");
        await ann.page.keyboard.press("Escape");
        await ann.page.getByRole("dialog").waitFor({ state: "hidden" });
      }
    });

    test("account and sessions pages", async ({ ann }) => {
      await ann.openMenuItem("Account");
      await expect(ann.page).toHaveTitle(/^Account/);
      await expectAccessible(ann.page);
      const form = await ann.deleteAccount("");
      await form.locator("[aria-invalid=true]").waitFor();
      await expectAccessible(ann.page);
      await ann.openMenuItem("Sessions");
      await ann.page.getByText("This device").waitFor();
      await expect(ann.page).toHaveTitle(/^Sessions/);
      await expectAccessible(ann.page);
    });
  });
}

test("the selected theme persists", async ({ ann }) => {
  const background = () => ann.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await ann.page.getByRole("button", { name: /^Account/ }).click();
  await ann.page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await ann.page.reload();
  expect(await background()).toBe(dark);
});
