// Another user in the same browser: what of the one before is still under way, and what is kept.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aToken, Browser } from "./test-support";

let browser: Browser;
let events: string[];
let answer: () => void;

beforeEach(() => {
  browser = new Browser();
  events = [];
});

afterEach(() => browser.closes());

/** A fetch that is answered when the test says so. */
function fetchesSlowly(): void {
  const answered = new Promise<void>((resolve) => (answer = resolve));
  browser.answer = async () => {
    events.push("asked");
    await answered;
    events.push("answered");
    return aToken();
  };
}

const signsIn = async () => void events.push("signed in");

describe("a sign-in", () => {
  test("costs no request for whoever asked meanwhile: that was another user", async () => {
    const tab = browser.opensATab();
    let asked: Promise<string | null> | undefined;
    await tab.handOver(async () => {
      asked = tab.get();
    });
    expect(await asked).toBeNull();
    expect(browser.fetches).toBe(0);
  });

  test("waits for the token that another tab is fetching", async () => {
    fetchesSlowly();
    const asked = browser.opensATab().get();
    await vi.waitFor(() => expect(events).toEqual(["asked"]));
    const entered = browser.opensATab().handOver(signsIn);
    answer();
    await Promise.all([asked, entered]);
    expect(events).toEqual(["asked", "answered", "signed in"]);
  });

  test("waits for this tab’s own where the browser has no locks", async () => {
    browser.hasNoLocks();
    fetchesSlowly();
    const tab = browser.opensATab();
    const asked = tab.get();
    await vi.waitFor(() => expect(events).toEqual(["asked"]), { timeout: 3_000 });
    const entered = tab.handOver(signsIn);
    answer();
    await Promise.all([asked, entered]);
    expect(events).toEqual(["asked", "answered", "signed in"]);
    expect(tab.peek()).toBeNull();
  });

  test("lets no tab fetch meanwhile", async () => {
    const [here, there] = [browser.opensATab(), browser.opensATab()];
    const elsewhere = new Browser();
    const others = [elsewhere.opensATab(), elsewhere.opensATab()];
    let asked: Promise<string | null> | undefined;
    await here.handOver(async () => {
      asked = there.get();
      for (const other of others) await other.get(); // as long as it takes
      expect(browser.fetches).toBe(0);
    });
    elsewhere.closes();
    await asked;
    expect(browser.fetches).toBe(1);
  });

  test("that fails, or is refused, leaves everything as it is", async () => {
    const tab = browser.opensATab();
    const token = await tab.get();
    const fails = () => Promise.reject(new Error("away"));
    await expect(tab.handOver(fails)).rejects.toThrow("away");
    await tab.handOver(async () => ({ ok: false }), ({ ok }) => ok);
    expect(await tab.get()).toBe(token);
    expect(browser.fetches).toBe(1);
  });
});

test("a token that is answered after another tab’s sign-out is not kept", async () => {
  browser.hasNoLocks();
  fetchesSlowly();
  const [here, there] = [browser.opensATab(), browser.opensATab()];
  const asked = there.get();
  await vi.waitFor(() => expect(events).toEqual(["asked"]), { timeout: 3_000 });
  const forgets = vi.fn();
  there.subscribe(forgets);
  await here.handOver(async () => {});
  await vi.waitFor(() => expect(forgets).toHaveBeenCalled());
  answer();
  expect(await asked).toBeNull();
  expect(there.peek()).toBeNull();
});
