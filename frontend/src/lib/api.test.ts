// A request that meets a 401: over HTTP, at a server that knows one good token.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchWithToken } from "./api";
import { createToken, FakeBrowser } from "./token/test-support";

const good = createToken();
const stale = createToken();

let server: Server;
let url: string;
let seen: { token: string | undefined; body: string }[];
let browser: FakeBrowser;

beforeEach(async () => {
  seen = [];
  browser = new FakeBrowser();
  server = createServer(async (request, response) => {
    if (request.url === "/hangs") return;
    let body = "";
    for await (const chunk of request) body += chunk;
    const token = request.headers.authorization?.slice("Bearer ".length);
    seen.push({ token, body });
    response.writeHead(token === good ? 201 : 401, { "Content-Type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
  browser.close();
});

function post(token: string): Request {
  return new Request(url, { method: "POST", body: "Buy milk", headers: { Authorization: `Bearer ${token}` } });
}

test("a refused token is replaced, and the request sent once more as it was", async () => {
  browser.respond = async () => good;
  const response = await fetchWithToken(post(stale), browser.openTab());
  expect(response.status).toBe(201);
  expect(seen).toEqual([
    { token: stale, body: "Buy milk" },
    { token: good, body: "Buy milk" },
  ]);
});

test("a second refusal is the answer", async () => {
  browser.respond = async () => createToken();
  const response = await fetchWithToken(post(stale), browser.openTab());
  expect(response.status).toBe(401);
  expect(seen).toHaveLength(2);
});

test("nobody signed in: the refusal is the answer", async () => {
  browser.respond = async () => null;
  const response = await fetchWithToken(post(stale), browser.openTab());
  expect(response.status).toBe(401);
  expect(seen).toHaveLength(1);
});

test("another user's token does not take the place of the refused one", async () => {
  const bobs = createToken({ sub: "bob" });
  browser.respond = async () => bobs;
  const response = await fetchWithToken(post(stale), browser.openTab());
  expect(response.status).toBe(401);
  expect(seen).toEqual([{ token: stale, body: "Buy milk" }]);
});

test("a request that is given up ends at once, whoever hangs", async () => {
  const giveUp = new AbortController();
  const request = new Request(`${url}hangs`, { signal: giveUp.signal });
  const asked = fetchWithToken(request, browser.openTab());
  giveUp.abort();
  await expect(asked).rejects.toThrow("aborted");
});
