// fetchWithToken against an HTTP server that accepts one token.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchWithToken } from "./fetch-with-token.js";
import { createToken, FakeBrowser } from "./testing.js";

const validToken = createToken();
const rejectedToken = createToken();

let server: Server;
let url: string;
let requests: { token: string | undefined; body: string }[];
let browser: FakeBrowser;

beforeEach(async () => {
  requests = [];
  browser = new FakeBrowser();
  server = createServer(async (request, response) => {
    if (request.url === "/hangs") return;
    let body = "";
    for await (const chunk of request) body += chunk;
    const token = request.headers.authorization?.slice("Bearer ".length);
    requests.push({ token, body });
    response.writeHead(token === validToken ? 201 : 401, { "Content-Type": "application/json" }).end("{}");
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

test("a rejected token is replaced and the request retried", async () => {
  browser.respond = async () => validToken;
  const response = await fetchWithToken(post(rejectedToken), browser.openTab());
  expect(response.status).toBe(201);
  expect(requests).toEqual([
    { token: rejectedToken, body: "Buy milk" },
    { token: validToken, body: "Buy milk" },
  ]);
});

test("a second 401 is returned", async () => {
  browser.respond = async () => createToken();
  const response = await fetchWithToken(post(rejectedToken), browser.openTab());
  expect(response.status).toBe(401);
  expect(requests).toHaveLength(2);
});

test("a 401 is returned if nobody is signed in", async () => {
  browser.respond = async () => null;
  const response = await fetchWithToken(post(rejectedToken), browser.openTab());
  expect(response.status).toBe(401);
  expect(requests).toHaveLength(1);
});

test("the request is not retried with another user's token", async () => {
  const bobs = createToken({ sub: "bob" });
  browser.respond = async () => bobs;
  const response = await fetchWithToken(post(rejectedToken), browser.openTab());
  expect(response.status).toBe(401);
  expect(requests).toEqual([{ token: rejectedToken, body: "Buy milk" }]);
});

test("aborting ends a hanging request", async () => {
  const controller = new AbortController();
  const request = new Request(`${url}hangs`, { signal: controller.signal });
  const response = fetchWithToken(request, browser.openTab());
  controller.abort();
  await expect(response).rejects.toThrow("aborted");
});
