// Another user in the same browser: what of the one before is still under way, and what is kept.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createToken, FakeBrowser } from "./test-support";

let browser: FakeBrowser;
let events: string[];
let answer: () => void;

beforeEach(() => {
  browser = new FakeBrowser();
  events = [];
});

afterEach(() => browser.close());

/** A fetch that is answered when the test says so. */
function fetchesSlowly(): void {
  const answered = new Promise<void>((resolve) => (answer = resolve));
  browser.respond = async () => {
    events.push("asked");
    await answered;
    events.push("answered");
    return createToken();
  };
}

const signsIn = async () => void events.push("signed in");

describe("a sign-in", () => {
  test("costs no request for whoever asked meanwhile: that was another user", async () => {
    const tab = browser.openTab();
    let asked: Promise<string | null> | undefined;
    await tab.runExclusive(async () => {
      asked = tab.get();
    });
    expect(await asked).toBeNull();
    expect(browser.fetches).toBe(0);
  });

  test("waits for the token that another tab is fetching", async () => {
    fetchesSlowly();
    const asked = browser.openTab().get();
    await vi.waitFor(() => expect(events).toEqual(["asked"]));
    const entered = browser.openTab().runExclusive(signsIn);
    answer();
    await Promise.all([asked, entered]);
    expect(events).toEqual(["asked", "answered", "signed in"]);
  });

  test("waits for this tab’s own where the browser has no locks", async () => {
    browser.disableLocks();
    fetchesSlowly();
    const tab = browser.openTab();
    const asked = tab.get();
    await vi.waitFor(() => expect(events).toEqual(["asked"]), { timeout: 3_000 });
    const entered = tab.runExclusive(signsIn);
    answer();
    await Promise.all([asked, entered]);
    expect(events).toEqual(["asked", "answered", "signed in"]);
    expect(tab.peek()).toBeNull();
  });

  test("lets no tab fetch meanwhile", async () => {
    const [here, there] = [browser.openTab(), browser.openTab()];
    const elsewhere = new FakeBrowser();
    const others = [elsewhere.openTab(), elsewhere.openTab()];
    let asked: Promise<string | null> | undefined;
    await here.runExclusive(async () => {
      asked = there.get();
      for (const other of others) await other.get(); // as long as it takes
      expect(browser.fetches).toBe(0);
    });
    elsewhere.close();
    await asked;
    expect(browser.fetches).toBe(1);
  });

  test("that fails, or is refused, leaves everything as it is", async () => {
    const tab = browser.openTab();
    const token = await tab.get();
    const fails = () => Promise.reject(new Error("away"));
    await expect(tab.runExclusive(fails)).rejects.toThrow("away");
    await tab.runExclusive(async () => ({ ok: false }), ({ ok }) => ok);
    expect(await tab.get()).toBe(token);
    expect(browser.fetches).toBe(1);
  });
});

test("a token that is answered after another tab’s sign-out is not kept", async () => {
  browser.disableLocks();
  fetchesSlowly();
  const [here, there] = [browser.openTab(), browser.openTab()];
  const asked = there.get();
  await vi.waitFor(() => expect(events).toEqual(["asked"]), { timeout: 3_000 });
  const forgets = vi.fn();
  there.subscribe(forgets);
  await here.runExclusive(async () => {});
  await vi.waitFor(() => expect(forgets).toHaveBeenCalled());
  answer();
  expect(await asked).toBeNull();
  expect(there.peek()).toBeNull();
});
