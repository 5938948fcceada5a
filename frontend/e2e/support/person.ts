// A person at the app: what they do, and what they see.
import { randomBytes, randomInt } from "node:crypto";
import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { Elsewhere } from "./elsewhere";
import { hold, type Release } from "./held";
import type { Stack } from "./stack";

const tokenRoute = /\/api\/(auth|account)\/token$/;

export class Person {
  readonly name: string;
  readonly email: string;
  password = randomBytes(12).toString("base64");
  readonly context: BrowserContext;
  readonly stack: Stack;
  page: Page;
  readonly elsewhere: Elsewhere;
  /** The tokens that their browser sent, in order. */
  readonly tokens: string[] = [];
  /** How often the service refused one. */
  refusals = 0;
  /** How often their browser asked for one. */
  tokenRequests = 0;

  private constructor(context: BrowserContext, stack: Stack, name: string, page: Page) {
    this.context = context;
    this.stack = stack;
    this.name = name;
    this.page = page;
    this.elsewhere = new Elsewhere(context.request, stack.apiUrl, () => this.tokens.at(-1)!);
    this.email = `${name.toLowerCase()}.${randomBytes(4).toString("hex")}@example.com`;
  }

  static async in(context: BrowserContext, stack: Stack, name: string): Promise<Person> {
    const person = new Person(context, stack, name, await context.newPage());
    await person.#hasTheirOwnAddress();
    person.#isWatched();
    return person;
  }

  /** As their token says it. */
  get id(): string {
    const claims = this.tokens.at(-1)!.split(".")[1]!;
    return (JSON.parse(Buffer.from(claims, "base64url").toString()) as { sub: string }).sub;
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

  async statusWith(token: string): Promise<number> {
    const headers = { Authorization: `Bearer ${token}` };
    return (await this.context.request.get(`${this.stack.apiUrl}/api/tasks`, { headers })).status();
  }

  async signInIsAway(): Promise<void> {
    await this.page.route(tokenRoute, (route) => route.abort());
  }

  async signInIsBack(): Promise<void> {
    await this.page.unroute(tokenRoute);
  }

  async isHandedOneBadToken(): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "HS256" })}.${part({ sub: "ann", iat: now, exp: now + 3600 })}.${part({})}`;
    await this.context.route(tokenRoute, (route) => route.fulfill({ json: { token } }), { times: 1 });
  }

  /** Their browser's next such request waits until the function that is returned is called. */
  holds(method: string, path: RegExp): Promise<Release> {
    return hold(this.page, method, path, "request");
  }

  /** It is answered, but the answer waits. */
  holdsTheAnswer(method: string, path: RegExp): Promise<Release> {
    return hold(this.page, method, path, "answer");
  }

  /** What brings a page up to date when one comes back to it. */
  async comesBack(page = this.page): Promise<void> {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  }

  /** How many messages of something gone wrong are on the page. */
  async problems(): Promise<number> {
    return this.page.getByRole("main").getByRole("alert").count();
  }

  #isWatched(): void {
    this.context.on("request", (request) => {
      const token = request.headers()["authorization"]?.slice("Bearer ".length);
      if (token && !this.tokens.includes(token)) this.tokens.push(token);
      if (tokenRoute.test(request.url())) this.tokenRequests += 1;
    });
    this.context.on("response", (response) => {
      if (response.status() === 401 && response.url().startsWith(this.stack.apiUrl)) this.refusals += 1;
    });
  }

  /** Sign-ins are counted by address, as a proxy tells it; the people of the tests do not share one. */
  async #hasTheirOwnAddress(): Promise<void> {
    const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
    await this.context.route(`${this.stack.url}/api/a*/**`, (route) =>
      route.continue({ headers: { ...route.request().headers(), "x-forwarded-for": address } }),
    );
  }
}
