// An answer that comes late: it is as it was when it was asked for.
import type { Page, Route } from "@playwright/test";

/** Holds back the next answer of `url` until `release` is called, which waits until it is through. */
export async function holdBack(page: Page, url: string): Promise<{ asked: Promise<unknown>; release: () => Promise<void> }> {
  const [released, free] = signal();
  const [through, done] = signal();
  const hold = async (route: Route) => {
    const response = await route.fetch();
    await released;
    await route.fulfill({ response }).catch(() => {}); // the page may have given it up
    done();
  };
  await page.route(url, hold, { times: 1 });
  const release = () => {
    free();
    return through;
  };
  return { asked: page.waitForRequest(url), release };
}

function signal(): [Promise<void>, () => void] {
  let give = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return [given, give];
}
