import { expect, test } from "vitest";
import type { Task } from "@/client";
import { zTaskInput, zTaskPatch } from "@/client/zod.gen";
import { draftFromTask, emptyDraft, toTaskInput, toTaskPatch, rebase, validateDraft } from "./task-draft";

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
  revision: 1,
  deleted_at: null,
};

test("an unchanged draft produces an empty patch", () => {
  expect(toTaskPatch(task, draftFromTask(task))).toEqual({});
});

test("a patch contains only changed fields", () => {
  expect(toTaskPatch(task, { ...draftFromTask(task), title: "Buy oat milk" })).toEqual({ title: "Buy oat milk" });
  expect(toTaskPatch(task, { ...draftFromTask(task), due: "", tags: [] })).toEqual({ due_at: null, tags: [] });
});

test("the service accepts the input and patch of a draft", () => {
  const draft = { ...draftFromTask(task), due: "2026-12-24T18:00", description: "Two.", priority: "high", tag: "food" } as const;
  expect(zTaskInput.safeParse(toTaskInput(draft)).error).toBeUndefined();
  expect(zTaskPatch.safeParse(toTaskPatch(task, draft)).error).toBeUndefined();
});

test("empty notes become null", () => {
  expect(toTaskPatch({ ...task, description: "Two." }, { ...draftFromTask(task), description: "" })).toEqual({ description: null });
});

test("text in the tags input becomes a tag", () => {
  expect(toTaskInput({ ...emptyDraft, title: "Buy milk", tags: ["home"], tag: " food " }).tags).toEqual(["home", "food"]);
});

test("a title is required", () => {
  expect(validateDraft({ ...emptyDraft, title: " ", description: "Two." })?.fields).toEqual({ title: "Enter a title" });
  expect(validateDraft({ ...emptyDraft, title: "Buy milk" })).toBeNull();
});

test("an invalid date is sent unchanged", () => {
  expect(toTaskInput({ ...emptyDraft, due: "275760-13-01T00:00" }).due_at).toBe("275760-13-01T00:00");
});

test("rebase keeps local changes and takes over others", () => {
  const typed = { ...draftFromTask(task), title: "Buy oat milk" };
  const remote = draftFromTask({ ...task, title: "Buy soy milk", description: "Two.", tags: [] });
  expect(rebase(typed, draftFromTask(task), remote)).toEqual({ ...remote, title: "Buy oat milk" });
});
