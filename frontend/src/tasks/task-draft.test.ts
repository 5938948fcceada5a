import { describe, expect, test } from "vitest";
import type { Task } from "@/client";
import { zTaskInput, zTaskPatch } from "@/client/zod.gen";
import { draftResolver } from "./draft-resolver";
import { changedFields, draftFromTask, emptyDraft, toTaskInput, toTaskPatch, type Draft } from "./task-draft";

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

test("changed fields are those that differ", () => {
  expect(changedFields({ ...draftFromTask(task), title: "Buy oat milk", tags: [] }, draftFromTask(task))).toEqual(["title", "tags"]);
});

describe("validation", () => {
  const errorsOf = async (values: Partial<Draft>) => {
    const { errors } = await draftResolver({ ...emptyDraft, title: "Buy milk", ...values }, undefined, { fields: {}, shouldUseNativeValidation: false });
    return Object.fromEntries(Object.entries(errors).map(([name, error]) => [name, error.message]));
  };

  test.each<[string, Partial<Draft>, Record<string, string>]>([
    ["a valid draft", {}, {}],
    ["a blank title", { title: " " }, { title: "Enter a title" }],
    ["a long title", { title: "x".repeat(256) }, { title: "must have 1 to 255 characters, not only white space" }],
    ["a title of 255 characters outside the basic plane", { title: "🦀".repeat(255) }, {}],
    ["long notes", { description: "x".repeat(10_001) }, { description: "must have at most 10000 characters" }],
    ["a long tag", { tags: ["home", "x".repeat(51)] }, { tags: "2nd: must have 1 to 50 characters" }],
    ["too many tags", { tags: Array.from({ length: 21 }, (_, index) => String(index)) }, { tags: "must be at most 20 tags" }],
  ])("%s", async (_case, values, errors) => {
    expect(await errorsOf(values)).toEqual(errors);
  });
});
