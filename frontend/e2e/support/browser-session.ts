// Somebody's browser at the app, and what passes between it and the servers.
import { randomInt } from "node:crypto";
import { expect, type BrowserContext, type Page } from "@playwright/test";
import { userOf } from "../../src/lib/token/claims";
import { aToken } from "../../src/lib/token/test-support";
import { Elsewhere } from "./api-client";
import { hold, type Release } from "./hold-request";
import type { Stack } from "./stack";

const tokenRoute = /\/api\/(auth|account)\/token$/;

export class Visitor {
  readonly context: BrowserContext;
  readonly stack: Stack;
  page: Page;
  readonly elsewhere: Elsewhere;
  /** The tokens that the browser sent, in order. */
  readonly tokens: string[] = [];
  /** How often the service refused one. */
  refusals = 0;
  /** How often the browser asked for one. */
  tokenRequests = 0;

  constructor(context: BrowserContext, stack: Stack, page: Page) {
    this.context = context;
    this.stack = stack;
    this.page = page;
    this.elsewhere = new Elsewhere(context.request, stack.apiUrl, () => this.tokens.at(-1)!);
  }

  async enters(): Promise<void> {
    await this.#hasTheirOwnAddress();
    this.#isWatched();
  }

  /** As their token says it. */
  get id(): string {
    return userOf(this.tokens.at(-1)!).id;
  }

  async statusWith(token: string): Promise<number> {
    const headers = { Authorization: `Bearer ${token}` };
    return (await this.context.request.get(`${this.stack.apiUrl}/api/tasks`, { headers })).status();
  }

  /** With any token that their browser sent. Where a session ends at Better Auth, the service hears of it. */
  async isLetInNoMore(): Promise<void> {
    expect(this.tokens.length).toBeGreaterThan(0);
    for (const token of this.tokens) await expect.poll(() => this.statusWith(token)).toBe(401);
  }

  async signInIsAway(): Promise<void> {
    await this.page.route(tokenRoute, (route) => route.abort());
  }

  async signInIsBack(): Promise<void> {
    await this.page.unroute(tokenRoute);
  }

  async isHandedOneBadToken(): Promise<void> {
    const token = aToken();
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

  /** A request that outlives its page would be held for ever by whoever intercepts it. */
  async isWatchedNoMore(): Promise<void> {
    await this.context.unrouteAll();
  }

  /** From elsewhere; no answer of before is on its way any more, as none may be when the browser is closed. */
  async comesHome(): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("region", { name: "Tasks" }).waitFor();
  }

  /** A sign-out has begun, and waits. */
  async waitsForOthersToFinish(): Promise<void> {
    const awaited = () => this.page.evaluate(async () => (await navigator.locks.query()).pending!.map(({ name }) => name));
    await expect.poll(awaited).toContain("taskbridge-unfinished");
  }

  /** What brings a page up to date when one comes back to it. */
  async comesBack(page = this.page): Promise<void> {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
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
