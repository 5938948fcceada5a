// A browser context with helpers to observe and intercept its requests.
import { randomInt } from "node:crypto";
import { expect, type BrowserContext, type Page, type Route } from "@playwright/test";
import { userFromToken } from "@taskbridge/auth-token";
import { ApiClient } from "./api-client";
import { createSignal, holdRequest, type Release } from "./hold-request";
import type { Stack } from "./stack";

/** Of one task; not the event stream. */
export const taskUrl = /\/api\/tasks\/[0-9a-f-]{36}$/;

const tokenRoute = /\/api(\/auth|\/account)?\/token$/;

export class BrowserSession {
  readonly context: BrowserContext;
  readonly stack: Stack;
  page: Page;
  readonly api: ApiClient;
  /** Access tokens that the browser sent; the one that it sent last is the last. */
  readonly tokens: string[] = [];
  /** Number of event streams that the service opened. */
  eventStreams = 0;
  /** Number of 401 responses of the service. */
  rejectedRequests = 0;
  /** Number of token requests. */
  tokenRequests = 0;

  constructor(context: BrowserContext, stack: Stack, page: Page) {
    this.context = context;
    this.stack = stack;
    this.page = page;
    this.api = new ApiClient(context.request, stack.apiUrl, () => this.tokens.at(-1));
  }

  async start(): Promise<void> {
    await this.#setClientAddress();
    this.#recordTraffic();
  }

  /** From the `sub` claim of the last token. */
  get userId(): string {
    return userFromToken(this.tokens.at(-1)!).id;
  }

  async statusForToken(token: string): Promise<number> {
    const headers = { Authorization: `Bearer ${token}` };
    return (await this.context.request.get(`${this.stack.apiUrl}/api/tasks`, { headers })).status();
  }

  /** Polls, because the service learns of sessions revoked by Better Auth with a delay. */
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

  /** The token is this user's: one of another user would be a sign-in, in which the page starts again. */
  async serveInvalidTokenOnce(): Promise<void> {
    const token = this.tokens.at(-1)!.replace(/[^.]+$/, "invalid");
    await this.context.route(tokenRoute, (route) => route.fulfill({ json: { token } }), { times: 1 });
  }

  /** Holds the token requests of all pages until the returned function is called. */
  async holdTokenRequests(): Promise<() => Promise<void>> {
    const [released, release] = createSignal();
    const hold = (route: Route) => released.then(() => route.fallback());
    await this.context.route(tokenRoute, hold);
    return () => {
      release();
      return this.context.unroute(tokenRoute, hold);
    };
  }

  /** Holds the next matching request until the returned function is called. */
  holdNextRequest(method: string, path: RegExp): Promise<Release> {
    return holdRequest(this.page, method, path, "request");
  }

  /** Holds the response to the next matching request. */
  holdNextResponse(method: string, path: RegExp): Promise<Release> {
    return holdRequest(this.page, method, path, "response");
  }

  /** Removes all routes: an intercepted keepalive request would hang once its page is gone. */
  async stopIntercepting(): Promise<void> {
    await this.context.unrouteAll();
  }

  /** Waits until the page is signed in, has read the tasks and receives events. */
  async waitForEventStream(): Promise<void> {
    await expect.poll(() => this.eventStreams).toBeGreaterThan(0);
  }

  /** Opens the tasks page and waits for it, so that no response is in flight when the browser closes. */
  async openTasks(): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("region", { name: "Tasks" }).waitFor();
  }

  /** Waits until a sign-out waits for pending work. */
  async waitForPendingWork(): Promise<void> {
    const awaited = () => this.page.evaluate(async () => (await navigator.locks.query()).pending!.map(({ name }) => name));
    await expect.poll(awaited).toContain("taskbridge-pending-work");
  }

  /** Triggers a refetch on window focus. */
  async focusPage(page = this.page): Promise<void> {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  }

  /** All that the page stores in IndexedDB, as JSON. */
  readDatabases(): Promise<string> {
    return this.page.evaluate(async () => {
      const result = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const databases = await Promise.all((await indexedDB.databases()).map(({ name }) => result(indexedDB.open(name!))));
      const stores = databases.flatMap((database) => [...database.objectStoreNames].map((name) => database.transaction(name).objectStore(name).getAll()));
      const values = await Promise.all(stores.map(result));
      databases.forEach((database) => database.close());
      return JSON.stringify(values);
    });
  }

  #recordTraffic(): void {
    this.context.on("request", (request) => {
      const token = request.headers()["authorization"]?.slice("Bearer ".length);
      if (token) this.#recordToken(token);
      if (tokenRoute.test(request.url())) this.tokenRequests += 1;
    });
    this.context.on("response", (response) => {
      if (response.status() === 401 && response.url().startsWith(this.stack.apiUrl)) this.rejectedRequests += 1;
      if (response.ok() && response.url().endsWith("/api/tasks/events")) this.eventStreams += 1;
    });
  }

  #recordToken(token: string): void {
    const index = this.tokens.indexOf(token);
    if (index >= 0) this.tokens.splice(index, 1);
    this.tokens.push(token);
  }

  /** Gives each user a client address of their own, as sign-ins are limited by address. */
  async #setClientAddress(): Promise<void> {
    // without interception, the browser sends its preflight requests to the service
    if (this.stack.mode === "better-auth-client") return;
    const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
    await this.context.route(`${this.stack.url}/api/a*/**`, (route) =>
      route.continue({ headers: { ...route.request().headers(), "x-forwarded-for": address } }),
    );
  }
}
