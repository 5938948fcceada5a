// Runs session-page.tsx at the front end's origin.
import type { Locator, Page } from "@playwright/test";
import { rolldown } from "rolldown";

/** Returns the element that shows what `useSession` returns. */
export async function openSessionPage(page: Page, origin: string, baseURL: string): Promise<Locator> {
  // a plain-text 404 of this origin, without scripts; a page from `route.fulfill` could not reach the service on localhost
  await page.goto(`${origin}/_next/static/session-page?${new URLSearchParams({ baseURL })}`);
  await page.evaluate(() => document.body.replaceChildren(Object.assign(document.createElement("div"), { id: "root" })));
  await page.evaluate(await bundle());
  return page.getByRole("status");
}

async function bundle(): Promise<string> {
  const define = { "process.env.NODE_ENV": '"production"' };
  const bundled = await rolldown({ input: "e2e/support/session-page.tsx", platform: "browser", transform: { define } });
  const { output } = await bundled.generate({ format: "iife" });
  return output[0].code;
}
