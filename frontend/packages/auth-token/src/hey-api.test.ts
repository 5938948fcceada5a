import { afterEach, beforeEach, expect, test } from "vitest";
import { asUser, clientConfig, withToken } from "./hey-api.js";
import { createToken, FakeBrowser } from "./testing.js";
import type { TokenManager } from "./token-manager.js";

let browser: FakeBrowser;
let tokenManager: TokenManager;
let sent: (string | null)[];

beforeEach(() => {
  browser = new FakeBrowser();
  tokenManager = browser.openTab();
  sent = [];
});

afterEach(() => browser.close());

async function reject(request: Request): Promise<Response> {
  sent.push(request.headers.get("Authorization"));
  return new Response(null, { status: 401 });
}

const requestWith = (token: string) => new Request("https://api.example.com", { headers: { Authorization: `Bearer ${token}` } });

test("the client sends the token, and a new one after a 401", async () => {
  const { auth, fetch } = clientConfig(tokenManager, reject);
  const token = (await auth())!;
  await fetch(requestWith(token));
  expect(sent).toEqual([`Bearer ${token}`, `Bearer ${await tokenManager.get()}`]);
  expect(sent[0]).not.toBe(sent[1]);
});

test("without a user, the client sends no token", async () => {
  browser.respond = async () => null;
  expect(await clientConfig(tokenManager, reject).auth()).toBeUndefined();
});

test("a request of one user is not sent as another", async () => {
  browser.respond = async () => createToken({ sub: "bob" });
  await expect(asUser(tokenManager, "ann").auth()).rejects.toThrow("another user");
  expect(await asUser(tokenManager, "bob").auth()).toBe(await tokenManager.get());
});

test("an exact token is not replaced", async () => {
  const { auth, fetch } = withToken("exact", reject);
  expect(auth).toBe("exact");
  expect((await fetch(requestWith("exact"))).status).toBe(401);
  expect(sent).toEqual(["Bearer exact"]);
  expect(browser.fetches).toBe(0);
});
