// A request on its way, or its answer on the way back, until it is let go.
import type { Page, Route } from "@playwright/test";

export type Release = () => void;

type Way = "request" | "answer";

/** Holds the first such request of a page. */
export async function hold(page: Page, method: string, path: RegExp, way: Way): Promise<Release> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let isHeld = false;
  await page.route(path, async (route) => {
    if (isHeld || route.request().method() !== method) return route.fallback();
    isHeld = true;
    await letGo(route, way, released).catch(() => {}); // the page may have given it up
  });
  return release;
}

async function letGo(route: Route, way: Way, released: Promise<void>): Promise<void> {
  if (way === "request") {
    await released;
    return route.fallback();
  }
  const response = await route.fetch();
  await released;
  return route.fulfill({ response });
}
