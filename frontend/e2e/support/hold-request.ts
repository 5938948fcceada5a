// Holds a request or its response until released.
import type { Page, Route } from "@playwright/test";

/** Releases the request and waits until it is forwarded. */
export type Release = () => Promise<void>;

type Phase = "request" | "answer";

/** Holds the first matching request of the page. */
export async function holdRequest(page: Page, method: string, path: RegExp, leg: Phase): Promise<Release> {
  const [released, letGo] = createSignal();
  const [through, isThrough] = createSignal();
  let isHeld = false;
  await page.route(path, async (route) => {
    if (isHeld || route.request().method() !== method) return route.fallback();
    isHeld = true;
    await forward(route, leg, released).catch(() => {}); // the page may have aborted the request
    isThrough();
  });
  return () => {
    letGo();
    return through;
  };
}

async function forward(route: Route, leg: Phase, released: Promise<void>): Promise<void> {
  if (leg === "request") {
    await released;
    return route.fallback();
  }
  const response = await route.fetch();
  await released;
  return route.fulfill({ response });
}

function createSignal(): [Promise<void>, () => void] {
  let give = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return [given, give];
}
