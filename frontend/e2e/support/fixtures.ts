// Playwright fixtures: the stack of the project's mode, and users with a browser.
import { test as base, type Browser } from "@playwright/test";
import type { AuthMode } from "../../src/lib/settings";
import { TestUser } from "./test-user";
import { Stack } from "./stack";

export type StackOptions = { authMode: AuthMode; stack: Stack };

type UserFixtures = { createUser: (name: string) => Promise<TestUser>; ann: TestUser };

export const test = base.extend<UserFixtures, StackOptions>({
  authMode: ["shared-secret", { scope: "worker", option: true }],

  stack: [
    async ({ authMode }, use) => {
      const stack = await Stack.start(authMode);
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  createUser: async ({ browser, stack, contextOptions }, use) => {
    const users: TestUser[] = [];
    await use(async (name) => {
      const user = await openBrowser(browser, stack, name, contextOptions);
      users.push(user);
      return user;
    });
    await Promise.all(users.map((user) => user.context.close()));
  },

  ann: async ({ createUser }, use) => {
    const ann = await createUser("Ann");
    await ann.signUp();
    await ann.waitForEventStream();
    await use(ann);
  },
});

async function openBrowser(browser: Browser, stack: Stack, name: string, options: object): Promise<TestUser> {
  // a service worker would answer requests that tests intercept
  const context = await browser.newContext({ serviceWorkers: "block", ...options, baseURL: stack.url });
  return TestUser.create(context, stack, name);
}

export { expect } from "@playwright/test";
