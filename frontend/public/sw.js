// The service worker: opens the app without a network. It does not handle requests to the API.

const cacheName = `taskbridge-${new URL(self.location.href).searchParams.get("v")}`;
const navigationTimeoutMs = 3_000;

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([deleteOtherCaches(), self.clients.claim()]));
});

// the page sends what it loaded before this worker controlled it
self.addEventListener("message", (event) => {
  if (event.data?.kind === "cache") event.waitUntil(cacheAll(event.data.pages, event.data.assets));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (isAsset(url)) event.respondWith(assetResponse(event));
  else if (request.mode === "navigate" && isPage(url)) event.respondWith(pageResponse(event, url));
});

/** Files whose name changes with their content. */
function isAsset({ pathname }) {
  return pathname.startsWith("/_next/static/");
}

/** Pages of signed-in users. The others are useless without a network. */
function isPage({ pathname }) {
  return !/^\/(api|_next|sign-in|sign-up)(\/|$)/.test(pathname);
}

async function assetResponse(event) {
  const cached = await caches.match(event.request);
  if (cached) return cached;
  const response = await fetch(event.request);
  storeLater(event, event.request, response);
  return response;
}

/** From the network; if it does not answer in time, from the cache. Pages contain no data of users. */
async function pageResponse(event, { pathname, search }) {
  const response = fetch(event.request).then((received) => {
    if (search === "") storeLater(event, pathname, received);
    return received;
  });
  event.waitUntil(response.catch(() => {}));
  const cached = await caches.match(pathname);
  if (!cached) return response;
  const timeout = new Promise((resolve) => setTimeout(resolve, navigationTimeoutMs, cached));
  return Promise.race([response.then((received) => (received.status >= 500 ? cached : received), () => cached), timeout]);
}

/** The page does not wait for the cache, which may be full. */
function storeLater(event, key, response) {
  event.waitUntil(store(key, response).catch(() => {}));
}

async function store(key, response) {
  if (!response.ok || response.redirected || response.type !== "basic") return;
  // before the page reads it
  const copy = response.clone();
  await (await caches.open(cacheName)).put(key, copy);
}

/** Caches pages and all that they load, now or later. */
async function cacheAll(pages, assets) {
  const seen = new Set();
  await Promise.allSettled(assets.map((url) => cacheAsset(url, seen)));
  await Promise.allSettled(pages.map((pathname) => cachePage(pathname, seen)));
}

/** Stores the page last: a page in the cache can be opened without a network. */
async function cachePage(pathname, seen) {
  const response = await fetch(pathname);
  await cacheReferences(await response.clone().text(), seen);
  await store(pathname, response);
}

async function cacheAsset(url, seen) {
  if (seen.has(url)) return;
  seen.add(url);
  const response = (await caches.match(url)) ?? (await fetchAndStore(url));
  if (url.endsWith(".js")) await cacheReferences(await response.text(), seen);
}

async function fetchAndStore(url) {
  const response = await fetch(url);
  await store(url, response);
  return response;
}

/** Pages and scripts name the scripts and styles that they load. */
async function cacheReferences(text, seen) {
  const paths = text.match(/static\/[\w\-.~/]+\.(?:js|css)/g) ?? [];
  await Promise.allSettled(paths.map((path) => cacheAsset(`/_next/${path}`, seen)));
}

async function deleteOtherCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
}
