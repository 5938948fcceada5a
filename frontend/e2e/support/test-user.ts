// A user of the app: actions and assertions in terms of the UI.
import { randomBytes } from "node:crypto";
import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { Stack } from "./stack";
import { BrowserSession } from "./browser-session";

export class TestUser extends BrowserSession {
  readonly name: string;
  readonly email: string;
  password = randomBytes(12).toString("base64");

  static async create(context: BrowserContext, stack: Stack, name: string): Promise<TestUser> {
    const user = new TestUser(context, stack, await context.newPage(), name);
    await user.start();
    return user;
  }

  private constructor(context: BrowserContext, stack: Stack, page: Page, name: string) {
    super(context, stack, page);
    this.name = name;
    this.email = `${name.toLowerCase()}.${randomBytes(4).toString("hex")}@example.com`;
  }

  async signUp(): Promise<void> {
    await this.page.goto("/sign-up");
    await this.page.getByLabel("Name").fill(this.name);
    await this.page.getByLabel("Email").fill(this.email);
    await this.page.getByLabel("Password").fill(this.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
    await this.expectTasksPage();
  }

  async signIn(): Promise<void> {
    await this.submitSignIn();
    await this.expectTasksPage();
  }

  async submitSignIn({ email = this.email, password = this.password } = {}): Promise<void> {
    await this.page.goto("/sign-in");
    await this.page.getByLabel("Email").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Signs in to the account of another user, as on a second device. */
  async signInAs(user: TestUser): Promise<void> {
    await this.submitSignIn(user);
    await this.expectTasksPage();
    await this.waitForEventStream();
  }

  async signOut(): Promise<void> {
    await this.openMenuItem("Sign out");
    await this.expectSignInPage();
  }

  /** Opens the user menu and selects an item. */
  async openMenuItem(item: "Account" | "Sessions" | "Sign out"): Promise<void> {
    await this.page.getByRole("button", { name: /^Account:/ }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  async changePassword(from: string, to: string): Promise<Locator> {
    const form = this.page.getByRole("form", { name: "Change password" });
    await form.getByLabel("Current password").fill(from);
    await form.getByLabel("New password").fill(to);
    await form.getByRole("button").click();
    return form;
  }

  async deleteAccount(password: string): Promise<Locator> {
    const form = this.page.getByRole("form", { name: "Delete account" });
    await form.getByLabel("Password").fill(password);
    await form.getByRole("button").click();
    return form;
  }

  /** Adds a task and waits until the page shows it, which is before it is saved. */
  async addTask(title: string): Promise<void> {
    await this.enterTask(title);
    await this.expectTask(title);
    await expect(this.newTaskInput).toHaveValue("");
  }

  async enterTask(title: string): Promise<void> {
    // before hydration, Enter does nothing
    await expect(this.page.getByRole("form", { name: "New task" }).getByRole("button", { name: "Add" })).toBeEnabled();
    await this.newTaskInput.fill(title);
    await this.newTaskInput.press("Enter");
  }

  /** Waits until the service has saved the tasks that the page shows. */
  async expectSaved(): Promise<void> {
    await expect(this.taskList.getByRole("img", { name: "Not saved" })).toHaveCount(0);
  }

  async deleteTask(title: string): Promise<void> {
    await this.page.getByRole("button", { name: `Delete ${title}` }).click();
  }

  async toggleTask(title: string): Promise<void> {
    await this.checkbox(title).click();
  }

  async toggleTaskAndLeavePage(title: string): Promise<void> {
    await this.stopIntercepting();
    await this.checkbox(title).evaluate((checkbox: HTMLInputElement) => {
      checkbox.click();
      location.href = "about:blank";
    });
    await this.page.waitForURL("about:blank");
  }

  checkbox(title: string): Locator {
    return this.page.getByRole("checkbox", { name: `Done: ${title}` });
  }

  async selectView(view: "Today" | "Upcoming" | "All" | "Done" | "Trash", page = this.page): Promise<void> {
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: new RegExp(`^${view}`) }).click();
  }

  async openEditor(title: string): Promise<Locator> {
    await this.page.getByRole("button", { name: `${title}, edit` }).click();
    return this.page.getByRole("form", { name: `Edit ${title}` });
  }

  async selectOption(menu: "Filter" | "Sort", option: string): Promise<void> {
    await this.page.getByRole("button", { name: new RegExp(`^${menu}`) }).click();
    await this.page.getByRole("menuitemradio", { name: option, exact: true }).click();
  }

  /** Opens the calendar of a form and chooses a day, and a time if given. */
  async chooseDue(form: Locator, { year, month, day, time }: { year: string; month: string; day: string; time?: string }): Promise<void> {
    await form.getByRole("button", { name: /^Due date/ }).click();
    const popover = this.page.getByRole("dialog", { name: "Due date" });
    await popover.getByLabel("Year").selectOption(year);
    await popover.getByLabel("Month", { exact: true }).selectOption(month);
    await popover.getByRole("button", { name: new RegExp(`\\b${day} ${month} ${year}$`) }).click();
    if (time) await popover.getByLabel("Time").fill(time);
    await this.page.keyboard.press("Escape");
  }

  /** Of the toast with this text. */
  undoButton(text: string): Locator {
    return this.page.locator("[data-sonner-toast]", { hasText: text }).getByRole("button", { name: "Undo" });
  }

  get newTaskInput(): Locator {
    return this.page.getByLabel("New task", { exact: true }).and(this.page.locator("input"));
  }

  get taskList(): Locator {
    return this.page.getByRole("region", { name: "Tasks" });
  }

  async listTitles(): Promise<string[]> {
    const titles = await this.taskList.getByRole("checkbox").evaluateAll((boxes) => boxes.map((box) => box.ariaLabel ?? ""));
    return titles.map((title) => title.replace("Done: ", ""));
  }

  async expectTask(title: string): Promise<void> {
    await expect(this.taskList.getByText(title)).toBeVisible();
  }

  async expectNoText(title: string): Promise<void> {
    await expect(this.page.getByText(title)).toHaveCount(0);
  }

  async expectTasksPage(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Tasks" })).toBeVisible();
  }

  async expectSignInPage(page = this.page): Promise<void> {
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  }

  /** Number of error messages on the page. */
  async countAlerts(): Promise<number> {
    return this.page.getByRole("main").getByRole("alert").count();
  }
}
