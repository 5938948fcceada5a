import { describe, expect, test } from "vitest";
import type { Task } from "@/client";
import { findConflict, mergeUpdates } from "./merge";
import type { UpdateOperation } from "./operations";

const task: Task = {
  id: "1",
  user_id: "ann",
  title: "Buy milk",
  description: null,
  completed: false,
  completed_at: null,
  deleted_at: null,
  priority: "none",
  due_at: null,
  tags: [],
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  revision: 1,
};

let operationCount = 0;

function update(before: Task, patch: UpdateOperation["patch"]): UpdateOperation {
  operationCount += 1;
  return { id: String(operationCount), taskId: task.id, at: "2026-01-02T00:00:00Z", kind: "update", before, patch };
}

describe("mergeUpdates", () => {
  test("sends fields that are unchanged elsewhere", () => {
    const merged = mergeUpdates({ ...task, description: "Two bottles", revision: 2 }, [update(task, { title: "Buy oat milk" })]);
    expect(merged).toEqual({ patch: { title: "Buy oat milk" }, conflicts: [] });
  });

  test("reports a field that was changed elsewhere", () => {
    const merged = mergeUpdates({ ...task, title: "Buy bread", revision: 2 }, [update(task, { title: "Buy oat milk", priority: "high" })]);
    expect(merged.patch).toEqual({ priority: "high" });
    expect(merged.conflicts).toEqual([{ field: "title", before: "Buy milk", mine: "Buy oat milk", theirs: "Buy bread" }]);
  });

  test("sends nothing if the other device made the same change", () => {
    expect(mergeUpdates({ ...task, title: "Buy oat milk", revision: 2 }, [update(task, { title: "Buy oat milk" })])).toEqual({ patch: {}, conflicts: [] });
  });

  test("an earlier update of the same user is not a conflict", () => {
    const second = { ...task, title: "Buy oat milk" };
    const updates = [update(task, { title: "Buy oat milk" }), update(second, { title: "Buy soy milk" })];
    for (const title of ["Buy milk", "Buy oat milk"]) {
      expect(mergeUpdates({ ...task, title, revision: 2 }, updates)).toEqual({ patch: { title: "Buy soy milk" }, conflicts: [] });
    }
  });

  test("compares dates as instants", () => {
    const updates = [update(task, { due_at: "2030-01-01T12:00:00.000Z" })];
    expect(mergeUpdates({ ...task, due_at: "2030-01-01T12:00:00Z" }, updates)).toEqual({ patch: {}, conflicts: [] });
  });
});

describe("findConflict", () => {
  test("an edited task that was deleted elsewhere is a conflict", () => {
    expect(findConflict(undefined, [update(task, { title: "Buy oat milk" })])).toMatchObject({ mine: { title: "Buy oat milk" }, theirs: null });
  });

  test("there is none if the user deletes the task too", () => {
    const deletion = { id: "9", taskId: task.id, at: task.created_at, kind: "delete", task } as const;
    expect(findConflict(undefined, [update(task, { title: "Buy oat milk" }), deletion])).toBeNull();
  });
});
