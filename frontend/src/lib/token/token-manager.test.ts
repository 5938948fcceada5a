// The life of the token, in one tab and in several.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createToken, FakeBrowser } from "./test-support";

let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  browser.close();
});

const minute = 60_000;
const signsOut = async () => {};
const times = (count: number) => Array.from({ length: count });

describe("one tab", () => {
  test("a hundred calls at once fetch one token", async () => {
    const tab = browser.openTab();
    const tokens = await Promise.all(times(100).map(() => tab.get()));
    expect(new Set(tokens).size).toBe(1);
    expect(browser.fetches).toBe(1);
  });

  test("a hundred calls at once, and nobody signed in, are one request", async () => {
    browser.respond = async () => null;
    const tab = browser.openTab();
    await Promise.all(times(100).map(() => tab.get()));
    expect(browser.fetches).toBe(1);
  });

  test("a token is kept until shortly before it expires", async () => {
    vi.useFakeTimers();
    const tab = browser.openTab();
    const first = await tab.get();
    vi.advanceTimersByTime(13 * minute);
    expect(await tab.get()).toBe(first);
    vi.advanceTimersByTime(1.5 * minute);
    expect(await tab.get()).not.toBe(first);
    expect(browser.fetches).toBe(2);
  });

  test("a clock that is a day ahead makes no token old", async () => {
    vi.useFakeTimers();
    const issued = createToken();
    vi.advanceTimersByTime(24 * 60 * minute);
    browser.respond = async () => issued;
    const tab = browser.openTab();
    await tab.get();
    await tab.get();
    expect(browser.fetches).toBe(1);
  });

  test("a refused token is replaced by one request, however many met the refusal", async () => {
    const tab = browser.openTab();
    const refused = (await tab.get())!;
    const others = await Promise.all(times(20).map(() => tab.replace(refused)));
    expect(new Set(others).size).toBe(1);
    expect(others[0]).not.toBe(refused);
    expect(browser.fetches).toBe(2);
  });

  test("a late refusal of an old token costs no request", async () => {
    const tab = browser.openTab();
    const old = (await tab.get())!;
    const present = await tab.replace(old);
    expect(await tab.replace(old)).toBe(present);
    expect(browser.fetches).toBe(2);
  });

  test("a failure is told to those who wait, and the next call tries again", async () => {
    const tab = browser.openTab();
    browser.respond = async () => Promise.reject(new Error("away"));
    await expect(tab.get()).rejects.toThrow("away");
    expect(tab.user).toBeUndefined();
    browser.respond = async () => createToken();
    expect(await tab.get()).toBeTruthy();
  });

  test("nobody signed in is null, and is asked again", async () => {
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
  test("two that renew at once fetch one token", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    const tokens = await Promise.all([one.get(), other.get()]);
    expect(tokens[0]).toBe(tokens[1]);
    expect(browser.fetches).toBe(1);
  });

  test("a new one takes the token of those that are open", async () => {
    const token = await browser.openTab().get();
    expect(await browser.openTab().get()).toBe(token);
    expect(browser.fetches).toBe(1);
  });

  test("a refused token is not taken from another", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    const refused = (await one.get())!;
    expect(await other.get()).toBe(refused);
    const replaced = await other.replace(refused);
    expect(replaced).not.toBe(refused);
    await vi.waitFor(() => expect(one.peek()).toBe(replaced));
    expect(browser.fetches).toBe(2);
  });

  test("a sign-out in one empties the others", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    await one.get();
    await other.get();
    await one.runExclusive(signsOut);
    await vi.waitFor(() => expect(other.peek()).toBeNull());
    expect(other.user).toBeUndefined();
  });

  test("another user in one is another user in all", async () => {
    const [one, other] = [browser.openTab(), browser.openTab()];
    await one.get();
    await other.get();
    browser.respond = async () => createToken({ sub: "bob", name: "Bob" });
    await one.runExclusive(signsOut);
    await one.get();
    await vi.waitFor(() => expect(other.peek()).toBeNull());
    await other.get();
    expect(other.user?.id).toBe("bob");
  });
});
