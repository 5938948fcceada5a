// A request on its way, or its answer on the way back, until it is let go.
import type { Page, Route } from "@playwright/test";

/** Lets it go, and waits until it is through. */
export type Release = () => Promise<void>;

type Phase = "request" | "answer";

/** Holds the first such request of a page. */
export async function holdRequest(page: Page, method: string, path: RegExp, leg: Phase): Promise<Release> {
  const [released, letGo] = createSignal();
  const [through, isThrough] = createSignal();
  let isHeld = false;
  await page.route(path, async (route) => {
    if (isHeld || route.request().method() !== method) return route.fallback();
    isHeld = true;
    await forward(route, leg, released).catch(() => {}); // the page may have given it up
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
