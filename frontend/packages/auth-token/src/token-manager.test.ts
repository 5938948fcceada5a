import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createToken, FakeBrowser } from "./testing.js";

let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  browser.close();
});

const minuteMs = 60_000;
const signOut = async () => {};
const times = (count: number) => Array.from({ length: count });

describe("one tab", () => {
  test("100 concurrent calls send one request", async () => {
    const tab = browser.openTab();
    const tokens = await Promise.all(times(100).map(() => tab.get()));
    expect(new Set(tokens).size).toBe(1);
    expect(browser.fetches).toBe(1);
  });

  test("100 concurrent calls send one request if signed out", async () => {
    browser.respond = async () => null;
    const tab = browser.openTab();
    await Promise.all(times(100).map(() => tab.get()));
    expect(browser.fetches).toBe(1);
  });

  test("the token is cached until shortly before it expires", async () => {
    vi.useFakeTimers();
    const tab = browser.openTab();
    const first = await tab.get();
    vi.advanceTimersByTime(13 * minuteMs);
    expect(await tab.get()).toBe(first);
    vi.advanceTimersByTime(1.5 * minuteMs);
    expect(await tab.get()).not.toBe(first);
    expect(browser.fetches).toBe(2);
  });

  test("a wrong local clock does not expire the token", async () => {
    vi.useFakeTimers();
    const issued = createToken();
    vi.advanceTimersByTime(24 * 60 * minuteMs);
    browser.respond = async () => issued;
    const tab = browser.openTab();
    await tab.get();
    await tab.get();
    expect(browser.fetches).toBe(1);
  });

  test("concurrent rejections of a token send one request", async () => {
    const tab = browser.openTab();
    const rejected = (await tab.get())!;
    const others = await Promise.all(times(20).map(() => tab.replace(rejected)));
    expect(new Set(others).size).toBe(1);
    expect(others[0]).not.toBe(rejected);
    expect(browser.fetches).toBe(2);
  });

  test("a late rejection of an old token sends no request", async () => {
    const tab = browser.openTab();
    const old = (await tab.get())!;
    const current = await tab.replace(old);
    expect(await tab.replace(old)).toBe(current);
    expect(browser.fetches).toBe(2);
  });

  test("an error rejects all callers, and the next call retries", async () => {
    const tab = browser.openTab();
    browser.respond = async () => Promise.reject(new Error("unreachable"));
    await expect(tab.get()).rejects.toThrow("unreachable");
    expect(tab.user).toBeUndefined();
    browser.respond = async () => createToken();
    expect(await tab.get()).toBeTruthy();
  });

  test("null is returned if signed out, and is not cached", async () => {
    const tab = browser.openTab();
    browser.respond = async () => null;
    expect(await tab.get()).toBeNull();
    expect(tab.user).toBeNull();
    browser.respond = async () => createToken({ name: "Ånn" });
    await tab.get();
    expect(tab.user).toMatchObject({ id: "ann", name: "Ånn" });
  });
});

describe("several tabs", () => {
  test("two tabs send one request", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    const tokens = await Promise.all([one.get(), other.get()]);
    expect(tokens[0]).toBe(tokens[1]);
    expect(browser.fetches).toBe(1);
  });

  test("a new tab gets the token from another tab", async () => {
    const token = await browser.openTab().get();
    expect(await browser.openTab().get()).toBe(token);
    expect(browser.fetches).toBe(1);
  });

  test("a rejected token is not taken from another tab", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    const rejected = (await one.get())!;
    expect(await other.get()).toBe(rejected);
    const replaced = await other.replace(rejected);
    expect(replaced).not.toBe(rejected);
    await vi.waitFor(() => expect(one.peek()).toBe(replaced));
    expect(browser.fetches).toBe(2);
  });

  test("signing out clears the token in other tabs", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    await one.get();
    await other.get();
    await one.runExclusive(signOut);
    await vi.waitFor(() => expect(other.peek()).toBeNull());
    expect(other.user).toBeUndefined();
  });

  test("switching users applies to all tabs", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    await one.get();
    await other.get();
    browser.respond = async () => createToken({ sub: "bob", name: "Bob" });
    await one.runExclusive(signOut);
    await one.get();
    await vi.waitFor(() => expect(other.peek()).toBeNull());
    await other.get();
    expect(other.user?.id).toBe("bob");
  });
});
