import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { Database, deleteDatabases } from "./database";

const task = {
  id: "1",
  user_id: "ann",
  title: "Buy milk",
  description: null,
  completed: false,
  completed_at: null,
  deleted_at: null,
  priority: "none" as const,
  due_at: null,
  tags: [],
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  revision: 1,
};

const operation = { id: "a", taskId: "1", at: task.created_at, kind: "delete" as const, task };

test("another user's database is empty, and the sign-in of that user deletes the first one", async () => {
  const ann = await Database.open("ann");
  await ann.write({ tasks: [task], operations: [operation], token: "t1" });
  expect(await ann.read()).toEqual({ tasks: [task], operations: [operation], token: "t1" });
  const bob = await Database.open("bob");
  expect(await bob.read()).toEqual({ tasks: [], operations: [], token: null });
  await deleteDatabases("bob");
  const again = await Database.open("ann");
  expect(await again.read()).toEqual({ tasks: [], operations: [], token: null });
  expect((await indexedDB.databases()).map(({ name }) => name)).toContain("taskbridge-tasks-bob");
  [ann, bob, again].forEach((database) => database.close());
});

test("the end of a session keeps what was not sent", async () => {
  const ann = await Database.open("ann");
  await ann.write({ tasks: [task], operations: [operation], token: "t1" });
  await ann.clearTasks();
  expect(await ann.read()).toEqual({ tasks: [], operations: [operation], token: null });
  ann.close();
});

test("the token is stored only with all changes before it", async () => {
  const ann = await Database.open("ann-1");
  const other = { ...task, id: "2" };
  await ann.write({ tasks: [task], since: null, token: "t1" });
  await ann.write({ deleted: [{ id: "1", revision: 2 }], since: "t1", token: "t2" });
  await ann.write({ tasks: [other], since: "t1", token: "t2" });
  expect(await ann.read()).toEqual({ tasks: [other], operations: [], token: "t2" });
  await ann.clearTasks();
  await ann.write({ tasks: [task], since: "t2", token: "t3" });
  expect(await ann.read()).toEqual({ tasks: [task], operations: [], token: null });
  ann.close();
});

test("what could not be stored is read again", async () => {
  const ann = await Database.open("ann-2");
  await ann.write({ tasks: [task], since: null, token: "t1" });
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(failingPut);
  await expect(ann.write({ tasks: [{ ...task, title: "Buy oat milk", revision: 2 }] })).rejects.toThrow();
  await ann.write({ since: "t1", token: "t2" });
  expect(await ann.read()).toEqual({ tasks: [task], operations: [], token: null });
  ann.close();
});

/** Fails as if the quota were exceeded: the request has an error, and its transaction is aborted. */
function failingPut(this: IDBObjectStore, value: unknown): IDBRequest<IDBValidKey> {
  this.add(value);
  return this.add(value);
}
