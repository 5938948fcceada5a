import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { Database } from "./database";
import { FakeBrowser, FakeService, type FakeTab } from "./testing";

vi.setConfig({ testTimeout: 20_000 });

let browsers: FakeBrowser[] = [];

afterEach(() => {
  vi.useRealTimers();
  browsers.forEach((browser) => browser.close());
  browsers = [];
});

function openBrowser(service: FakeService): FakeBrowser {
  const browser = new FakeBrowser(service);
  browsers.push(browser);
  return browser;
}

/** Opens a tab and waits until it has the service's tasks. */
async function openSyncedTab(browser: FakeBrowser): Promise<FakeTab> {
  const tab = browser.openTab();
  await until(() => isSynced(tab)).toBe(true);
  return tab;
}

/** Opens a tab in a browser of its own, and saves a task "Buy milk". */
async function openTabWithTask() {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = laptop.openTab();
  const { id } = tab.actions.create({ title: "Buy milk" });
  await until(() => isSynced(tab)).toBe(true);
  return { service, laptop, tab, id };
}

const titles = ({ sync }: FakeTab) => sync.replica.tasks.map(({ title }) => title).sort();
const isSynced = ({ sync }: FakeTab) => sync.replica.isLoaded && sync.replica.operations.length === 0;
const until = (condition: () => unknown) => expect.poll(condition, { timeout: 10_000, interval: 5 });

test("a change reaches the other tabs and browsers", async () => {
  const service = new FakeService();
  const [laptop, phone] = [openBrowser(service), openBrowser(service)];
  const tabs = [laptop.openTab(), laptop.openTab(), phone.openTab()];
  const { id } = tabs[1]!.actions.create({ title: "Buy milk" });
  expect(titles(tabs[1]!)).toEqual(["Buy milk"]);
  for (const tab of tabs) await until(() => titles(tab)).toEqual(["Buy milk"]);
  await until(() => isSynced(tabs[1]!)).toBe(true);
  tabs[2]!.actions.complete(id, true);
  for (const tab of tabs) await until(() => tab.sync.replica.shown(id)?.completed).toBe(true);
});

test("one browser reads the changes once, however many tabs are open", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tabs = [laptop.openTab(), laptop.openTab(), laptop.openTab()];
  for (const tab of tabs) await until(() => isSynced(tab)).toBe(true);
  expect(service.requests).toEqual(["listChanges"]);
  tabs[2]!.actions.create({ title: "Buy milk" });
  for (const tab of tabs) await until(() => titles(tab)).toEqual(["Buy milk"]);
  await until(() => isSynced(tabs[2]!)).toBe(true);
  expect(service.requests).toEqual(["listChanges", "create"]);
});

test("operations made offline survive a restart and arrive once", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = await openSyncedTab(laptop);
  laptop.goOffline();
  const { id } = tab.actions.create({ title: "Buy milk" });
  tab.actions.update(id, { title: "Buy oat milk" });
  tab.actions.create({ title: "Buy bread" });
  await tab.sync.flush(10_000);
  laptop.closeTab(tab);

  const again = laptop.openTab();
  await until(() => titles(again)).toEqual(["Buy bread", "Buy oat milk"]);
  expect(again.sync.replica.tasks.every(({ isPending }) => isPending)).toBe(true);
  laptop.goOnline();
  await until(() => isSynced(again)).toBe(true);
  expect(service.tasks.map(({ title }) => title).sort()).toEqual(["Buy bread", "Buy oat milk"]);
  expect(service.requests.filter((name) => name === "create" || name === "update")).toEqual(["create", "create"]);
});

test("an operation of a tab that closes at once arrives", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const [leader, other] = [laptop.openTab(), laptop.openTab()];
  await until(() => isSynced(other)).toBe(true);
  other.actions.create({ title: "Buy milk" });
  laptop.closeTab(other);
  await until(() => titles(leader)).toEqual(["Buy milk"]);
  await until(() => isSynced(leader)).toBe(true);
  expect(service.tasks).toHaveLength(1);
});

test("a lost response does not repeat a change", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = await openSyncedTab(laptop);
  const transport = service.create.bind(service);
  service.create = (id, input) => {
    service.create = transport;
    transport(id, input);
    throw new TypeError("Failed to fetch");
  };
  const { id } = tab.actions.create({ title: "Buy milk" });
  await until(() => (tab.sync.wake(), isSynced(tab))).toBe(true);
  expect(service.tasks.map((task) => task.id)).toEqual([id]);
});

test("an edited task whose creation arrived, and that was deleted elsewhere, is a conflict", async () => {
  const service = new FakeService();
  const tab = await openSyncedTab(openBrowser(service));
  const create = service.create.bind(service);
  service.create = (id, input) => {
    service.create = create;
    create(id, input);
    service.delete(id);
    throw new TypeError("Failed to fetch");
  };
  const { id } = tab.actions.create({ title: "Buy milk" });
  tab.actions.update(id, { title: "Buy oat milk" });
  await until(() => (tab.sync.wake(), tab.sync.replica.conflicts)).toMatchObject([{ mine: { title: "Buy oat milk" }, theirs: null }]);
  tab.actions.resolveDeleted(tab.sync.replica.conflicts[0]!, "restore");
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(id).title).toBe("Buy oat milk");
});

test("edits of different fields are merged", async () => {
  const { service, laptop, tab, id } = await openTabWithTask();
  laptop.goOffline();
  tab.actions.update(id, { title: "Buy oat milk" });
  service.update(id, { description: "Two bottles" });
  laptop.goOnline();
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(id)).toMatchObject({ title: "Buy oat milk", description: "Two bottles" });
});

test.each([
  ["mine", "Buy oat milk"],
  ["theirs", "Buy bread"],
] as const)("of two edits of one field the user keeps %s", async (choice, title) => {
  const { service, laptop, tab, id } = await openTabWithTask();
  laptop.goOffline();
  tab.actions.update(id, { title: "Buy oat milk", priority: "high" });
  service.update(id, { title: "Buy bread" });
  laptop.goOnline();
  await until(() => tab.sync.replica.conflicts).toHaveLength(1);
  const conflict = tab.sync.replica.conflicts[0]!;
  expect(conflict.fields).toEqual([{ field: "title", before: "Buy milk", mine: "Buy oat milk", theirs: "Buy bread" }]);
  expect(tab.sync.replica.shown(id)).toMatchObject({ title: "Buy oat milk", hasConflict: true });
  tab.actions.resolve(conflict, { title: choice });
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(id)).toMatchObject({ title, priority: "high" });
});

test("an edited task that was deleted elsewhere can be brought back", async () => {
  const { service, laptop, tab, id } = await openTabWithTask();
  laptop.goOffline();
  tab.actions.update(id, { title: "Buy oat milk" });
  service.delete(id);
  laptop.goOnline();
  await until(() => tab.sync.replica.conflicts.map(({ theirs }) => theirs)).toEqual([null]);
  tab.actions.resolveDeleted(tab.sync.replica.conflicts[0]!, "restore");
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(id).title).toBe("Buy oat milk");
});

test("complete, edit and delete can be undone", async () => {
  const { service, tab, id } = await openTabWithTask();
  for (const act of [
    () => tab.actions.complete(id, true),
    () => tab.actions.update(id, { title: "Buy oat milk", tags: ["shop"] }),
    () => tab.actions.remove(id),
  ]) {
    const { undo } = act();
    await until(() => isSynced(tab)).toBe(true);
    undo();
    expect(tab.sync.replica.shown(id)).toMatchObject({ title: "Buy milk", completed: false, tags: [] });
    await until(() => isSynced(tab)).toBe(true);
    expect(service.read(id)).toMatchObject({ title: "Buy milk", completed: false, tags: [] });
  }
});

test("undo leaves later changes alone", async () => {
  const { service, tab, id } = await openTabWithTask();
  const { undo } = tab.actions.update(id, { title: "Buy oat milk", priority: "high" });
  await until(() => isSynced(tab)).toBe(true);
  service.update(id, { title: "Buy bread" });
  await until(() => tab.sync.replica.shown(id)?.title).toBe("Buy bread");
  undo();
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(id)).toMatchObject({ title: "Buy bread", priority: "none" });
});

test("a rejected task is kept until it is corrected", async () => {
  const service = new FakeService();
  const tab = openBrowser(service).openTab();
  const { id } = tab.actions.create({ title: " " });
  tab.actions.create({ title: "Buy bread" });
  await until(() => tab.sync.replica.shown(id)?.failure?.status).toBe(422);
  await until(() => service.tasks.map(({ title }) => title)).toEqual(["Buy bread"]);
  tab.actions.update(id, { title: "Buy milk" });
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(id).title).toBe("Buy milk");
});

test("many operations are sent as one batch", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = await openSyncedTab(laptop);
  laptop.goOffline();
  const ids = ["a", "b", "c", "d", "e"].map((title) => tab.actions.create({ title }).id);
  await tab.sync.flush(10_000);
  laptop.goOnline();
  await until(() => isSynced(tab)).toBe(true);
  expect(service.requests.filter((name) => name !== "listChanges")).toEqual(["batch"]);
  service.requests = [];
  tab.actions.completeMany(ids, true).undo();
  await until(() => isSynced(tab)).toBe(true);
  const { undo } = tab.actions.removeMany(ids);
  await until(() => isSynced(tab)).toBe(true);
  expect(service.tasks).toEqual([]);
  undo();
  await until(() => isSynced(tab)).toBe(true);
  expect(service.tasks.map(({ completed }) => completed)).toEqual(ids.map(() => false));
  expect(service.requests.filter((name) => name === "batch").length).toBeGreaterThan(1);
  expect(service.requests.length).toBeLessThan(2 * ids.length);
});

test("an operation that the service rejects does not hold up the rest of the batch", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = await openSyncedTab(laptop);
  laptop.goOffline();
  const [invalid] = [" ", "b", "c", "d"].map((title) => tab.actions.create({ title }).id);
  laptop.goOnline();
  await until(() => service.tasks.map(({ title }) => title)).toEqual(["b", "c", "d"]);
  await until(() => tab.sync.replica.shown(invalid!)?.failure?.status).toBe(422);
});

test("an expired token starts over and removes what is gone", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = laptop.openTab();
  const ids = ["a", "b", "c", "d", "e"].map((title) => tab.actions.create({ title }).id);
  await until(() => isSynced(tab)).toBe(true);
  laptop.goOffline();
  service.delete(ids[0]!);
  service.update(ids[1]!, { title: "B" });
  service.expireTokens();
  laptop.goOnline();
  await until(() => titles(tab)).toEqual(["B", "c", "d", "e"]);
});

test("after the service was restored from a backup, all tabs show its tasks, and edits arrive", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tabs = [await openSyncedTab(laptop), await openSyncedTab(laptop)];
  const [tab] = tabs as [FakeTab, FakeTab];
  const [milk, bread] = ["Buy milk", "Buy bread"].map((title) => service.create(crypto.randomUUID(), { title }).id) as [string, string];
  const restore = service.backUp();
  for (let edit = 1; edit <= 5; edit += 1) service.update(milk, { title: `Edit ${edit}` });
  service.delete(bread);
  for (const { sync } of tabs) await until(() => sync.replica.tasks.map(({ title }) => title)).toEqual(["Edit 5"]);
  restore();
  for (const each of tabs) await until(() => titles(each)).toEqual(["Buy bread", "Buy milk"]);
  tab.actions.update(milk, { title: "Buy oat milk" });
  await until(() => isSynced(tab)).toBe(true);
  expect(service.read(milk).title).toBe("Buy oat milk");

  laptop.close();
  const again = await openSyncedTab(laptop);
  expect(titles(again)).toEqual(["Buy bread", "Buy oat milk"]);
});

test("a tab that is opened after the end of the session has all tasks", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const tab = await openSyncedTab(laptop);
  service.create(crypto.randomUUID(), { title: "Buy bread" });
  await until(() => titles(tab)).toEqual(["Buy bread"]);
  const database = await Database.open(laptop.name);
  await database.clearTasks();
  const { id } = service.create(crypto.randomUUID(), { title: "Buy milk" });
  await until(async () => (await database.read()).tasks).toHaveLength(1);
  laptop.close();
  service.delete(id);
  service.create(crypto.randomUUID(), { title: "Buy tea" });
  const again = await openSyncedTab(laptop);
  expect(titles(again)).toEqual(["Buy bread", "Buy tea"]);
  database.close();
});

test.each(["closed", "suspended"])("another tab takes over from one that is %s", async (state) => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const first = await openSyncedTab(laptop);
  const second = await openSyncedTab(laptop);
  if (state === "closed") laptop.closeTab(first);
  else first.suspend();
  second.actions.create({ title: "Buy milk" });
  await until(() => isSynced(second)).toBe(true);
  expect(service.tasks).toHaveLength(1);
});

test("a tab that does not lead flushes twice at the same time", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  await openSyncedTab(laptop);
  const other = await openSyncedTab(laptop);
  other.actions.create({ title: "Buy milk" });
  const unsent = await Promise.all([other.sync.flush(10_000), other.sync.flush(10_000)]);
  expect(unsent).toEqual([[], []]);
}, 3_000);

test("a tab that is looked at again connects again if its stream is silent, and only then", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { service, laptop, tab, id } = await openTabWithTask();
  const reads = () => service.requests.filter((name) => name === "listChanges").length;
  const atFirst = reads();
  laptop.network.isSilent = true;
  service.update(id, { title: "Buy oat milk" });
  vi.setSystemTime(Date.now() + 19_000);
  tab.sync.wake();
  await until(() => isSynced(tab)).toBe(true);
  expect([titles(tab), reads()]).toEqual([["Buy milk"], atFirst]);
  vi.setSystemTime(Date.now() + 19_000);
  tab.sync.wake();
  tab.sync.wake();
  await until(() => titles(tab)).toEqual(["Buy oat milk"]);
  expect(reads()).toBe(atFirst + 1);
});

test("the status says whether the service answers", async () => {
  const service = new FakeService();
  const laptop = openBrowser(service);
  const [leader, other] = [laptop.openTab(), laptop.openTab()];
  await until(() => isSynced(other)).toBe(true);
  laptop.goOffline();
  for (const tab of [leader, other]) await until(() => tab.sync.status.failure?.status).toBe(0);
  laptop.goOnline();
  for (const tab of [leader, other]) await until(() => tab.sync.status.failure).toBeNull();
});
