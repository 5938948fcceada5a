import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const source = readFileSync("public/sw.js", "utf8");
const asset = "/_next/static/chunks/main.js";

type Stored = { key: unknown; text: string };

/** Runs the service worker. `put` is what its cache does with a response. */
function runWorker(put: (stored: Stored) => Promise<void>) {
  const listeners: Record<string, (event: unknown) => void> = {};
  const fetched = async () => Object.defineProperty(new Response("hello"), "type", { value: "basic" });
  const cache = { put: async (key: unknown, response: Response) => put({ key, text: await response.text() }) };
  const location = new URL("https://tasks.example/sw.js?v=1");
  const self = { location, addEventListener: (kind: string, listener: (event: unknown) => void) => (listeners[kind] = listener) };
  const caches = { match: async () => undefined, open: async () => cache };
  runInNewContext(source, { self, caches, fetch: fetched, URL, setTimeout });
  return (pathname: string, mode: string) => {
    const work: Promise<unknown>[] = [];
    let response = Promise.reject<Response>(new Error("not handled"));
    response.catch(() => {});
    const request = { method: "GET", mode, url: new URL(pathname, location).href };
    const respondWith = (promise: Promise<Response>) => (response = promise);
    listeners["fetch"]!({ request, respondWith, waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    return { response, finished: () => Promise.all(work) };
  };
}

test.each([
  [asset, "no-cors"],
  ["/", "navigate"],
])("%s loads although the cache is full", async (pathname, mode) => {
  const request = runWorker(() => Promise.reject(new DOMException("full", "QuotaExceededError")));
  const { response, finished } = request(pathname, mode);
  expect(await (await response).text()).toBe("hello");
  await finished();
});

test.each([
  [asset, "no-cors"],
  ["/", "navigate"],
])("%s is shown before it is stored", async (pathname, mode) => {
  const stored: Stored[] = [];
  let store = () => {};
  const allowed = new Promise<void>((resolve) => (store = resolve));
  const { response, finished } = runWorker((entry) => allowed.then(() => void stored.push(entry)))(pathname, mode);
  expect(await (await response).text()).toBe("hello");
  expect(stored).toEqual([]);
  store();
  await finished();
  expect(stored.map(({ text }) => text)).toEqual(["hello"]);
}, 1_000);
