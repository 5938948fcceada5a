// createTokenFetch: where the token is sent.
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTokenFetch, type TokenFetch } from "./fetch-with-token.js";
import { createToken, FakeBrowser } from "./testing.js";

let browser: FakeBrowser;
let sent: Request[];
let fetchTasks: TokenFetch;

beforeEach(() => {
  browser = new FakeBrowser();
  sent = [];
  fetchTasks = createTokenFetch(browser.openTab(), "https://api.example.com", async (request) => {
    sent.push(request);
    return new Response();
  });
});

afterEach(() => browser.close());

test("the token is sent to the API", async () => {
  const token = createToken();
  browser.respond = async () => token;
  await fetchTasks("/tasks", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } });
  expect(sent[0]).toMatchObject({ url: "https://api.example.com/tasks", method: "POST" });
  expect(sent[0]?.headers.get("Authorization")).toBe(`Bearer ${token}`);
  expect(sent[0]?.headers.get("Content-Type")).toBe("application/json");
});

test("without a user, the request has no token", async () => {
  browser.respond = async () => null;
  await fetchTasks("/tasks");
  expect(sent[0]?.headers.has("Authorization")).toBe(false);
});

test.each(["https://example.com/tasks", "//example.com/tasks", "http://api.example.com/tasks", "https://api.example.com:8443/"])(
  "the token is not sent to %s",
  async (url) => {
    await expect(fetchTasks(url)).rejects.toThrow("the access token is for https://api.example.com only");
    expect(sent).toEqual([]);
    expect(browser.fetches).toBe(0);
  },
);
