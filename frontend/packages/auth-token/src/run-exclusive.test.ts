// Switching users: token requests in flight and cached tokens.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createToken, FakeBrowser } from "./testing.js";

let browser: FakeBrowser;
let events: string[];
let respond: () => void;

beforeEach(() => {
  browser = new FakeBrowser();
  events = [];
});

afterEach(() => browser.close());

/** Token requests stay pending until the test responds. */
function delayTokenRequests(): void {
  const responded = new Promise<void>((resolve) => (respond = resolve));
  browser.respond = async () => {
    events.push("requested");
    await responded;
    events.push("responded");
    return createToken();
  };
}

const signIn = async () => void events.push("signed in");

describe("sign-in", () => {
  test("a token request during sign-in is dropped", async () => {
    const tab = browser.openTab();
    let token: Promise<string | null> | undefined;
    await tab.runExclusive(async () => {
      token = tab.get();
    });
    expect(await token).toBeNull();
    expect(browser.fetches).toBe(0);
  });

  test("waits for another tab's token request", async () => {
    delayTokenRequests();
    const token = browser.openTab().get();
    await vi.waitFor(() => expect(events).toEqual(["requested"]));
    const signedIn = browser.openTab().runExclusive(signIn);
    respond();
    await Promise.all([token, signedIn]);
    expect(events).toEqual(["requested", "responded", "signed in"]);
  });

  test("waits for this tab's request without Web Locks", async () => {
    browser.disableLocks();
    delayTokenRequests();
    const tab = browser.openTab();
    const token = tab.get();
    await vi.waitFor(() => expect(events).toEqual(["requested"]), { timeout: 3_000 });
    const signedIn = tab.runExclusive(signIn);
    respond();
    await Promise.all([token, signedIn]);
    expect(events).toEqual(["requested", "responded", "signed in"]);
    expect(tab.peek()).toBeNull();
  });

  test("blocks token requests of other tabs", async () => {
    const [here, there] = [browser.openTab(), browser.openTab()];
    const otherBrowser = new FakeBrowser();
    const otherTabs = [otherBrowser.openTab(), otherBrowser.openTab()];
    let token: Promise<string | null> | undefined;
    await here.runExclusive(async () => {
      token = there.get();
      for (const other of otherTabs) await other.get(); // gives a request time to be sent
      expect(browser.fetches).toBe(0);
    });
    otherBrowser.close();
    await token;
    expect(browser.fetches).toBe(1);
  });

  test("keeps the token if it fails or is rejected", async () => {
    const tab = browser.openTab();
    const token = await tab.get();
    const fail = () => Promise.reject(new Error("unreachable"));
    await expect(tab.runExclusive(fail)).rejects.toThrow("unreachable");
    await tab.runExclusive(async () => ({ ok: false }), ({ ok }) => ok);
    expect(await tab.get()).toBe(token);
    expect(browser.fetches).toBe(1);
  });
});

test("a token that arrives after a sign-out is discarded", async () => {
  browser.disableLocks();
  delayTokenRequests();
  const [here, there] = [browser.openTab(), browser.openTab()];
  const token = there.get();
  await vi.waitFor(() => expect(events).toEqual(["requested"]), { timeout: 3_000 });
  const listener = vi.fn();
  there.subscribe(listener);
  await here.runExclusive(async () => {});
  await vi.waitFor(() => expect(listener).toHaveBeenCalled());
  respond();
  expect(await token).toBeNull();
  expect(there.peek()).toBeNull();
});
