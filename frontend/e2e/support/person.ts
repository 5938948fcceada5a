// A person at the app: what they do, and what they see.
import { randomBytes, randomInt } from "node:crypto";
import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { Stack } from "./stack";

export class Person {
  readonly name: string;
  readonly email: string;
  readonly password = randomBytes(12).toString("base64");
  readonly context: BrowserContext;
  readonly stack: Stack;
  page: Page;
  /** The tokens that were handed to them, in order. */
  readonly tokens: string[] = [];

  private constructor(context: BrowserContext, stack: Stack, name: string, page: Page) {
    this.context = context;
    this.stack = stack;
    this.name = name;
    this.page = page;
    this.email = `${name.toLowerCase()}.${randomBytes(4).toString("hex")}@example.com`;
  }

  static async in(context: BrowserContext, stack: Stack, name: string): Promise<Person> {
    const person = new Person(context, stack, name, await context.newPage());
    await person.#hasTheirOwnAddress();
    context.on("request", async (request) => {
      const token = (await request.allHeaders())["authorization"]?.slice("Bearer ".length);
      if (token && !person.tokens.includes(token)) person.tokens.push(token);
    });
    return person;
  }

  async signsUp(): Promise<void> {
    await this.page.goto("/sign-up");
    await this.page.getByLabel("Name").fill(this.name);
    await this.page.getByLabel("E-mail").fill(this.email);
    await this.page.getByLabel("Password").fill(this.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
    await this.seesTheTasks();
  }

  async signsIn(page = this.page): Promise<void> {
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill(this.email);
    await page.getByLabel("Password").fill(this.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Tasks" })).toBeVisible();
  }

  async signsOut(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account/ }).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.seesTheWayIn();
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

  async opens(title: string): Promise<Locator> {
    await this.page.getByRole("button", { name: `${title} , edit` }).click();
    return this.page.getByRole("form", { name: `Edit ${title}` });
  }

  async chooses(menu: "Filter" | "Sort", option: string): Promise<void> {
    await this.page.getByRole("button", { name: menu, exact: true }).click();
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

  /** Better Auth counts sign-ins by address, as a proxy tells it; the people of the tests do not share one. */
  async #hasTheirOwnAddress(): Promise<void> {
    const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
    await this.context.route(`${this.stack.url}/api/auth/**`, (route) =>
      route.continue({ headers: { ...route.request().headers(), "x-forwarded-for": address } }),
    );
  }
}
