// A person at the app: what they do, and what they see.
import { randomBytes } from "node:crypto";
import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { Stack } from "./stack";
import { Visitor } from "./browser-session";

export class Person extends Visitor {
  readonly name: string;
  readonly email: string;
  password = randomBytes(12).toString("base64");

  static async in(context: BrowserContext, stack: Stack, name: string): Promise<Person> {
    const person = new Person(context, stack, await context.newPage(), name);
    await person.enters();
    return person;
  }

  private constructor(context: BrowserContext, stack: Stack, page: Page, name: string) {
    super(context, stack, page);
    this.name = name;
    this.email = `${name.toLowerCase()}.${randomBytes(4).toString("hex")}@example.com`;
  }

  async signsUp(): Promise<void> {
    await this.page.goto("/sign-up");
    await this.page.getByLabel("Name").fill(this.name);
    await this.page.getByLabel("E-mail").fill(this.email);
    await this.page.getByLabel("Password").fill(this.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
    await this.seesTheTasks();
  }

  async signsIn(): Promise<void> {
    await this.triesToSignIn();
    await this.seesTheTasks();
  }

  async triesToSignIn({ email = this.email, password = this.password } = {}): Promise<void> {
    await this.page.goto("/sign-in");
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async signsOut(): Promise<void> {
    await this.picks("Sign out");
    await this.seesTheWayIn();
  }

  /** From the menu under their name. */
  async picks(item: "Account" | "Sessions" | "Sign out"): Promise<void> {
    await this.page.getByRole("button", { name: /^Account:/ }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  async changesPassword(from: string, to: string): Promise<Locator> {
    const form = this.page.getByRole("form", { name: "Change password" });
    await form.getByLabel("Current password").fill(from);
    await form.getByLabel("New password").fill(to);
    await form.getByRole("button").click();
    return form;
  }

  async closesTheAccount(password: string): Promise<Locator> {
    const form = this.page.getByRole("form", { name: "Close account" });
    await form.getByLabel("Password").fill(password);
    await form.getByRole("button").click();
    return form;
  }

  async adds(title: string): Promise<void> {
    await this.newTask.fill(title);
    await this.newTask.press("Enter");
    await this.sees(title);
    await expect(this.newTask).toHaveValue("");
  }

  async deletes(title: string): Promise<void> {
    await this.page.getByRole("button", { name: `Delete ${title}` }).click();
  }

  async ticks(title: string): Promise<void> {
    await this.box(title).click();
  }

  async ticksAndLeaves(title: string): Promise<void> {
    await this.isWatchedNoMore();
    await this.box(title).evaluate((box: HTMLInputElement) => {
      box.click();
      location.href = "about:blank";
    });
    await this.page.waitForURL("about:blank");
  }

  box(title: string): Locator {
    return this.page.getByRole("checkbox", { name: `Done: ${title}` });
  }

  async shows(status: "Open" | "Done" | "All"): Promise<void> {
    await this.page.getByText(status, { exact: true }).click();
  }

  async opens(title: string): Promise<Locator> {
    await this.page.getByRole("button", { name: `${title}, edit` }).click();
    return this.page.getByRole("form", { name: `Edit ${title}` });
  }

  async chooses(menu: "Filter" | "Sort", option: string): Promise<void> {
    await this.page.getByRole("button", { name: new RegExp(`^${menu}`) }).click();
    await this.page.getByRole("menuitemradio", { name: option }).click();
  }

  get newTask(): Locator {
    return this.page.getByLabel("New task", { exact: true }).and(this.page.locator("input"));
  }

  get tasks(): Locator {
    return this.page.getByRole("region", { name: "Tasks" });
  }

  async titles(): Promise<string[]> {
    const titles = await this.tasks.getByRole("checkbox").evaluateAll((boxes) => boxes.map((box) => box.ariaLabel ?? ""));
    return titles.map((title) => title.replace("Done: ", ""));
  }

  async sees(title: string): Promise<void> {
    await expect(this.tasks.getByText(title)).toBeVisible();
  }

  async doesNotSee(title: string): Promise<void> {
    await expect(this.page.getByText(title)).toHaveCount(0);
  }

  async seesTheTasks(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Tasks" })).toBeVisible();
  }

  async seesTheWayIn(page = this.page): Promise<void> {
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  }

  /** How many messages of something gone wrong are on the page. */
  async problems(): Promise<number> {
    return this.page.getByRole("main").getByRole("alert").count();
  }
}
