import { expect, test } from "vitest";
import type { Task } from "@/client";
import type { Operation } from "./operations";
import { Replica } from "./replica";
import { createUuid } from "./uuid";

const times = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", completed_at: null, deleted_at: null };

function task(title: string, revision: number): Task {
  return { id: "1", user_id: "ann", title, description: null, completed: false, priority: "none", due_at: null, tags: [], revision, ...times };
}

const titles = (replica: Replica) => replica.tasks.map(({ title }) => title);
const deletion: Operation = { id: "a", taskId: "1", at: times.created_at, kind: "delete", task: task("Buy milk", 1) };

test("a late change does not replace a newer one, nor bring a deleted task back", () => {
  const replica = new Replica();
  replica.apply({ tasks: [task("Buy oat milk", 2)] });
  expect(replica.apply({ tasks: [task("Buy milk", 1)] }).tasks).toEqual([]);
  expect(titles(replica)).toEqual(["Buy oat milk"]);
  replica.apply({ deleted: [{ id: "1", revision: 4 }] });
  replica.apply({ tasks: [task("Buy bread", 3)] });
  expect(titles(replica)).toEqual([]);
  replica.apply({ tasks: [task("Restored", 5)], deleted: [{ id: "1", revision: 4 }] });
  expect(titles(replica)).toEqual(["Restored"]);
});

test("what was settled stays settled, also if a database that is behind is read", () => {
  const replica = new Replica();
  replica.apply({ tasks: [task("Buy milk", 1)], operations: [deletion] });
  expect(titles(replica)).toEqual([]);
  replica.apply({ settled: ["a"] });
  replica.load({ tasks: [], operations: [deletion], token: "t1" });
  expect(titles(replica)).toEqual(["Buy milk"]);
  expect(replica.operations).toEqual([]);
});

test("a missed change is noticed, and replaced by what another tab knows", () => {
  const replica = new Replica();
  replica.apply({ tasks: [task("Buy milk", 1)], token: "t1" });
  expect(replica.misses({ since: "t1", token: "t2" })).toBe(false);
  expect(replica.misses({ since: "t0", token: "t1" })).toBe(false);
  expect(replica.misses({ operations: [deletion] })).toBe(false);
  expect(replica.misses({ since: "t2", token: "t3" })).toBe(true);
  replica.replace({ tasks: [], operations: [], token: "t3" });
  expect(titles(replica)).toEqual([]);
  expect(replica.token).toBe("t3");
});

test("a complete list replaces what is stored, whatever its revisions", () => {
  const replica = new Replica();
  replica.apply({ tasks: [task("Buy oat milk", 7), { ...task("Buy bread", 8), id: "2" }], token: "old" });
  replica.apply({ deleted: [{ id: "2", revision: 9 }] });
  replica.apply({ isComplete: true, tasks: [task("Buy milk", 1)], token: "new" });
  expect(titles(replica)).toEqual(["Buy milk"]);
  replica.apply({ tasks: [{ ...task("Buy bread", 2), id: "2" }] });
  expect(titles(replica)).toEqual(["Buy milk", "Buy bread"]);
});

test("unchanged tasks keep their identity", () => {
  const replica = new Replica();
  replica.apply({ tasks: [task("Buy milk", 1), { ...task("Buy bread", 2), id: "2" }] });
  const before = replica.shown("2");
  replica.apply({ tasks: [task("Buy oat milk", 3)] });
  expect(replica.shown("2")).toBe(before);
});

test("an operation follows those that were stored while the clock was ahead", () => {
  const replica = new Replica();
  const time = (Date.now() + 3_600_000).toString(16).padStart(12, "0");
  const early = { ...deletion, id: `${time.slice(0, 8)}-${time.slice(8)}-7fff-bfff-ffffffffffff` };
  replica.load({ tasks: [task("Buy milk", 1)], operations: [early], token: "t1" });
  const late: Operation = { ...deletion, id: createUuid(), kind: "restore" };
  replica.apply({ operations: [late] });
  expect(replica.operationsOf("1")).toEqual([early, late]);
});
