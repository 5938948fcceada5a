// Somebody's browser at the app, and what passes between it and the servers.
import { randomInt } from "node:crypto";
import { expect, type BrowserContext, type Page } from "@playwright/test";
import { userFromToken } from "../../src/lib/token/claims";
import { createToken } from "../../src/lib/token/test-support";
import { ApiClient } from "./api-client";
import { holdRequest, type Release } from "./hold-request";
import type { Stack } from "./stack";

const tokenRoute = /\/api\/(auth|account)\/token$/;

export class BrowserSession {
  readonly context: BrowserContext;
  readonly stack: Stack;
  page: Page;
  readonly api: ApiClient;
  /** The tokens that the browser sent, in order. */
  readonly tokens: string[] = [];
  /** How often the service refused one. */
  rejectedRequests = 0;
  /** How often the browser asked for one. */
  tokenRequests = 0;

  constructor(context: BrowserContext, stack: Stack, page: Page) {
    this.context = context;
    this.stack = stack;
    this.page = page;
    this.api = new ApiClient(context.request, stack.apiUrl, () => this.tokens.at(-1)!);
  }

  async start(): Promise<void> {
    await this.#setClientAddress();
    this.#recordTraffic();
  }

  /** As their token says it. */
  get userId(): string {
    return userFromToken(this.tokens.at(-1)!).id;
  }

  async statusForToken(token: string): Promise<number> {
    const headers = { Authorization: `Bearer ${token}` };
    return (await this.context.request.get(`${this.stack.apiUrl}/api/tasks`, { headers })).status();
  }

  /** With any token that their browser sent. Where a session ends at Better Auth, the service hears of it. */
  async expectTokensRejected(): Promise<void> {
    expect(this.tokens.length).toBeGreaterThan(0);
    for (const token of this.tokens) await expect.poll(() => this.statusForToken(token)).toBe(401);
  }

  async blockTokenRequests(): Promise<void> {
    await this.page.route(tokenRoute, (route) => route.abort());
  }

  async unblockTokenRequests(): Promise<void> {
    await this.page.unroute(tokenRoute);
  }

  async serveInvalidTokenOnce(): Promise<void> {
    const token = createToken();
    await this.context.route(tokenRoute, (route) => route.fulfill({ json: { token } }), { times: 1 });
  }

  /** Their browser's next such request waits until the function that is returned is called. */
  holdNextRequest(method: string, path: RegExp): Promise<Release> {
    return holdRequest(this.page, method, path, "request");
  }

  /** It is answered, but the answer waits. */
  holdNextResponse(method: string, path: RegExp): Promise<Release> {
    return holdRequest(this.page, method, path, "answer");
  }

  /** A request that outlives its page would be held for ever by whoever intercepts it. */
  async stopIntercepting(): Promise<void> {
    await this.context.unrouteAll();
  }

  /** From elsewhere; no answer of before is on its way any more, as none may be when the browser is closed. */
  async openTasks(): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("region", { name: "Tasks" }).waitFor();
  }

  /** A sign-out has begun, and waits. */
  async waitForPendingWork(): Promise<void> {
    const awaited = () => this.page.evaluate(async () => (await navigator.locks.query()).pending!.map(({ name }) => name));
    await expect.poll(awaited).toContain("taskbridge-unfinished");
  }

  /** What brings a page up to date when one comes back to it. */
  async focusPage(page = this.page): Promise<void> {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  }

  #recordTraffic(): void {
    this.context.on("request", (request) => {
      const token = request.headers()["authorization"]?.slice("Bearer ".length);
      if (token && !this.tokens.includes(token)) this.tokens.push(token);
      if (tokenRoute.test(request.url())) this.tokenRequests += 1;
    });
    this.context.on("response", (response) => {
      if (response.status() === 401 && response.url().startsWith(this.stack.apiUrl)) this.rejectedRequests += 1;
    });
  }

  /** Sign-ins are counted by address, as a proxy tells it; the people of the tests do not share one. */
  async #setClientAddress(): Promise<void> {
    const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
    await this.context.route(`${this.stack.url}/api/a*/**`, (route) =>
      route.continue({ headers: { ...route.request().headers(), "x-forwarded-for": address } }),
    );
  }
}
