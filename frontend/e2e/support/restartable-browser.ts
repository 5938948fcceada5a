// A browser whose profile survives a restart.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "@playwright/test";
import { chromium as options } from "./chromium";
import type { Stack } from "./stack";
import { TestUser } from "./test-user";

export class RestartableBrowser {
  readonly #stack: Stack;
  readonly #profile = mkdtempSync(join(tmpdir(), "taskbridge-browser-"));
  #context: BrowserContext | null = null;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async open(name: string): Promise<TestUser> {
    const { launchOptions, locale, timezoneId } = options!;
    this.#context = await chromium.launchPersistentContext(this.#profile, { ...launchOptions, locale, timezoneId, baseURL: this.#stack.url });
    return TestUser.create(this.#context, this.#stack, name);
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  async delete(): Promise<void> {
    await this.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
