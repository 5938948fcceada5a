import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTokenManager, type TokenNames } from "./create-token-manager.js";
import { createToken, FakeLockManager } from "./testing.js";

let locks: FakeLockManager;

beforeEach(() => {
  locks = new FakeLockManager();
  vi.stubGlobal("navigator", { locks });
});

afterEach(() => vi.unstubAllGlobals());

const open = (names: TokenNames) => createTokenManager({ ...names, fetchToken: async () => createToken() });

test("tabs with the same names share a token", async () => {
  const [one, other] = [open({ channelName: "shop" }), open({ channelName: "shop" })];
  expect(await other.get()).toBe(await one.get());
});

test("apps with different names do not share a token", async () => {
  const [shop, bank] = [open({ channelName: "shop" }), open({ channelName: "bank" })];
  const token = await shop.get();
  expect(await bank.get()).not.toBe(token);
  bank.clear();
  expect(await shop.get()).toBe(token);
});

test("the names of the locks can be set", async () => {
  open({ channelName: "shop" });
  open({ channelName: "shop", tabLockName: "window" });
  expect((await locks.query()).held?.map(({ name }) => name)).toEqual(["shop-tab", "window"]);
  const request = vi.spyOn(locks, "request");
  await open({ channelName: "shop", tokenLockName: "renewal" }).runExclusive(async () => {});
  expect(request.mock.calls.at(-1)?.[0]).toBe("renewal");
});
