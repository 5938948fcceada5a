// Drafts: what they send, and what becomes of them when the task changes elsewhere.
import { expect, test } from "vitest";
import type { Task } from "@/client";
import { zTaskInput, zTaskPatch } from "@/client/zod.gen";
import { draftOf, emptyDraft, inputOf, patchOf, rebase } from "./task-draft";

const task: Task = {
  id: "0190a5f0-0000-7000-8000-000000000001",
  user_id: "ann",
  title: "Buy milk",
  description: null,
  completed: false,
  completed_at: null,
  priority: "none",
  due_at: "2026-11-20T09:30:15.123456Z",
  tags: ["home"],
  created_at: "2026-11-18T09:00:00Z",
  updated_at: "2026-11-18T09:00:00Z",
};

test("a draft that was not changed changes nothing, a due date with seconds neither", () => {
  expect(patchOf(task, draftOf(task))).toEqual({});
});

test("only what was changed is sent", () => {
  expect(patchOf(task, { ...draftOf(task), title: "Buy oat milk" })).toEqual({ title: "Buy oat milk" });
  expect(patchOf(task, { ...draftOf(task), due: "", tags: [] })).toEqual({ due_at: null, tags: [] });
});

test("the service accepts what a draft sends", () => {
  const draft = { ...draftOf(task), due: "2026-12-24T18:00", description: "Two.", priority: "high", tag: "food" } as const;
  expect(zTaskInput.safeParse(inputOf(draft)).error).toBeUndefined();
  expect(zTaskPatch.safeParse(patchOf(task, draft)).error).toBeUndefined();
});

test("notes that are emptied are no notes", () => {
  expect(patchOf({ ...task, description: "Two." }, { ...draftOf(task), description: "" })).toEqual({ description: null });
});

test("a tag that is being typed is a tag", () => {
  expect(inputOf({ ...emptyDraft, title: "Buy milk", tags: ["home"], tag: " food " }).tags).toEqual(["home", "food"]);
});

test("what is no date goes to the service as it is, which says so", () => {
  expect(inputOf({ ...emptyDraft, due: "275760-13-01T00:00" }).due_at).toBe("275760-13-01T00:00");
});

test("a draft takes over what was changed elsewhere, and keeps what was changed in it", () => {
  const typed = { ...draftOf(task), title: "Buy oat milk" };
  const elsewhere = draftOf({ ...task, title: "Buy soy milk", description: "Two.", tags: [] });
  expect(rebase(typed, draftOf(task), elsewhere)).toEqual({ ...elsewhere, title: "Buy oat milk" });
});
