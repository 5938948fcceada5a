// Largest Contentful Paint and Total Blocking Time of the tasks page, with a CPU four times slower and an empty HTTP cache.
import type { CDPSession, Page } from "@playwright/test";
import { test } from "./support/fixtures";

const cpuSlowdown = 4;
const runs = 5;
const taskCount = 50;
/** Long tasks count from the first paint until the page has been idle. */
const observedMs = 5_000;

type Vitals = { fcp: number; lcp: number; lcpElement: string; tbt: number };

test("vitals", async ({ ann }) => {
  test.setTimeout(300_000);
  await ann.api.createNumberedTasks(taskCount);
  const client = await ann.context.newCDPSession(ann.page);
  await client.send("Network.enable");
  await client.send("Network.setCacheDisabled", { cacheDisabled: true });
  await client.send("Network.setBypassServiceWorker", { bypass: true });
  for (const [name, forgets] of [["returning", false], ["first visit of a device", true]] as const) {
    const results: Vitals[] = [];
    for (let run = 0; run < runs; run += 1) results.push(await measure(ann.page, client, forgets));
    const median = (key: "fcp" | "lcp" | "tbt") => Math.round(results.map((result) => result[key]).toSorted((one, other) => one - other)[(runs - 1) / 2]!);
    console.log(`${name}: FCP ${median("fcp")} ms, LCP ${median("lcp")} ms (${results[0]!.lcpElement}), TBT ${median("tbt")} ms; ${JSON.stringify(results.map(({ lcp, tbt }) => [Math.round(lcp), Math.round(tbt)]))}`);
  }
});

async function measure(page: Page, client: CDPSession, forgets: boolean): Promise<Vitals> {
  if (forgets) await deleteDatabases(page);
  await page.goto("about:blank");
  await client.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  await page.goto("/");
  const vitals = await page.evaluate(collectVitals, observedMs);
  await client.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  return vitals;
}

async function deleteDatabases(page: Page): Promise<void> {
  await page.goto("/icon.svg");
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
  });
}

/** Runs in the page. */
async function collectVitals(milliseconds: number): Promise<Vitals> {
  const longTasks: PerformanceEntry[] = [];
  let largest: (PerformanceEntry & { element?: Element }) | undefined;
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => (largest = list.getEntries().at(-1))).observe({ type: "largest-contentful-paint", buffered: true });
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const fcp = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const tbt = longTasks.filter(({ startTime }) => startTime > fcp).reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0);
  return { fcp, lcp: largest?.startTime ?? 0, lcpElement: largest?.element?.tagName.toLowerCase() ?? "", tbt };
}
