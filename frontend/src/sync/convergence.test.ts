// Random work in several browsers and tabs, with a bad network and restarts: in the end, all agree with the service.
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import type { Task } from "@/client";
import { FakeBrowser, FakeService, type FakeTab } from "./testing";

const seeds = Array.from({ length: 12 }, (_, index) => index + 1);
const steps = 60;
const restoredAtStep = 40;

test.each(seeds)("random interleaving %i", async (seed) => {
  const random = seededRandom(seed);
  const service = new FakeService();
  const browsers = [new FakeBrowser(service, random), new FakeBrowser(service, random)];
  browsers.forEach((browser) => [browser.openTab(), browser.openTab()]);
  browsers.forEach(({ network }) => (network.lossRate = 0.2));
  let restore = () => {};
  for (let step = 0; step < steps; step += 1) {
    if (step === restoredAtStep) restore();
    else if (step === restoredAtStep - 10) restore = service.backUp();
    act(browsers, service, step, random);
    if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 4));
  }
  browsers.forEach((browser) => {
    browser.network.lossRate = 0;
    browser.goOnline();
  });
  await expect.poll(() => settle(browsers, service), { timeout: 10_000, interval: 10 }).toEqual([]);
  browsers.forEach((browser) => browser.close());
}, 15_000);

function act(browsers: FakeBrowser[], service: FakeService, step: number, random: () => number): void {
  const choose = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const browser = choose(browsers)!;
  const tab = choose(browser.tabs) ?? browser.openTab();
  const task = choose(tab.sync.replica.tasks);
  const kind = random();
  if (kind < 0.3 || !task) tab.actions.create({ title: `Task ${step}` });
  else if (kind < 0.5) tab.actions.update(task.id, choose([{ title: `Edited ${step}` }, { priority: "high" }, { tags: [`tag-${step}`] }])!);
  else if (kind < 0.6) tab.actions.complete(task.id, !task.completed);
  else if (kind < 0.7) maybeUndo(tab.actions.remove(task.id), random);
  else if (kind < 0.75) maybeUndo(tab.actions.update(task.id, { title: `Undone ${step}` }), random);
  else if (kind < 0.8) editElsewhere(service, step, choose);
  else if (kind < 0.81) service.expireTokens();
  else if (kind < 0.87) browser.goOffline();
  else if (kind < 0.95) browser.goOnline();
  else browser.closeTab(tab);
}

function maybeUndo({ undo }: { undo: () => void }, random: () => number): void {
  if (random() < 0.5) setTimeout(undo, random() * 6);
}

function editElsewhere(service: FakeService, step: number, choose: <T>(items: readonly T[]) => T | undefined): void {
  const task = choose(service.tasks);
  if (task) service.update(task.id, { title: `Elsewhere ${step}` });
}

/** Resolves conflicts, and gives up what the service rejects. Returns what still differs from the service. */
function settle(browsers: FakeBrowser[], service: FakeService): string[] {
  for (const browser of browsers) {
    const tab = browser.tabs[0] ?? browser.openTab();
    tab.sync.wake();
    // of tasks that the restored service does not have
    for (const { taskId, failure } of tab.sync.replica.operations) if (failure) tab.actions.discard(taskId);
    for (const conflict of tab.sync.replica.conflicts) {
      if (conflict.theirs) tab.actions.resolve(conflict, { title: "mine" });
      else tab.actions.resolveDeleted(conflict, "discard");
    }
  }
  const stored = snapshot(service.tasks);
  return browsers.flatMap(({ tabs }, browser) => tabs.flatMap((tab, index) => differences(tab, stored, `browser ${browser}, tab ${index}`)));
}

function differences({ sync }: FakeTab, stored: string[], name: string): string[] {
  const shown = snapshot(sync.replica.tasks);
  return [
    ...sync.replica.operations.map((operation) => `${name}: unsent ${JSON.stringify(operation)}`),
    ...stored.filter((task) => !shown.includes(task)).map((task) => `${name}: missing ${task}`),
    ...shown.filter((task) => !stored.includes(task)).map((task) => `${name}: unexpected ${task}`),
  ];
}

function snapshot(tasks: readonly Pick<Task, "id" | "title" | "completed" | "priority" | "tags" | "revision">[]): string[] {
  return tasks.map(({ id, title, completed, priority, tags, revision }) => JSON.stringify([id, title, completed, priority, tags, revision]));
}

/** A linear congruential generator, so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed * 7_919;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
