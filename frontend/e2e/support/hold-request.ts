// Holds a request or its response until released.
import type { Page, Route } from "@playwright/test";

/** Releases the request and waits until it is forwarded. */
export type Release = () => Promise<void>;

type Phase = "request" | "response";

/** Holds the first matching request of the page. */
export async function holdRequest(page: Page, method: string, path: RegExp, phase: Phase): Promise<Release> {
  const [released, release] = createSignal();
  const [forwarded, markForwarded] = createSignal();
  let isHeld = false;
  await page.route(path, async (route) => {
    if (isHeld || route.request().method() !== method) return route.fallback();
    isHeld = true;
    await forward(route, phase, released).catch(() => {}); // the page may have aborted the request
    markForwarded();
  });
  return () => {
    release();
    return forwarded;
  };
}

async function forward(route: Route, phase: Phase, released: Promise<void>): Promise<void> {
  if (phase === "request") {
    await released;
    return route.fallback();
  }
  const response = await route.fetch();
  await released;
  return route.fulfill({ response });
}

export function createSignal(): [Promise<void>, () => void] {
  let resolve = () => {};
  const promise = new Promise<void>((fulfill) => (resolve = fulfill));
  return [promise, resolve];
}
