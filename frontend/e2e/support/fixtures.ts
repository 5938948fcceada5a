// What a test is given: the stack of its mode, and people who open a browser at it.
import { test as base, type Browser } from "@playwright/test";
import type { AuthMode } from "../../src/lib/settings";
import { Person } from "./test-user";
import { Stack } from "./stack";

export type StackOptions = { authMode: AuthMode; stack: Stack };

type People = { someone: (name: string) => Promise<Person>; ann: Person };

export const test = base.extend<People, StackOptions>({
  authMode: ["shared-secret", { scope: "worker", option: true }],

  stack: [
    async ({ authMode }, use) => {
      const stack = await Stack.start(authMode);
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  someone: async ({ browser, stack, contextOptions }, use) => {
    const people: Person[] = [];
    await use(async (name) => {
      const person = await enter(browser, stack, name, contextOptions);
      people.push(person);
      return person;
    });
    await Promise.all(people.map((person) => person.context.close()));
  },

  ann: async ({ someone }, use) => {
    const ann = await someone("Ann");
    await ann.signsUp();
    await use(ann);
  },
});

async function enter(browser: Browser, stack: Stack, name: string, options: object): Promise<Person> {
  const context = await browser.newContext({ ...options, baseURL: stack.url });
  return Person.in(context, stack, name);
}

export { expect } from "@playwright/test";
