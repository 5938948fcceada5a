// Form values of a task, and their conversion to and from the API.
import type { Priority, Task, TaskInput, TaskPatch } from "@/client";
import { toInstant, toLocalDue, type LocalDue } from "./due-date";

export type Draft = {
  title: string;
  description: string;
  priority: Priority;
  due: LocalDue;
  tags: string[];
  /** The text in the tags input that is not a tag yet. */
  tag: string;
};

export const emptyDraft: Draft = { title: "", description: "", priority: "none", due: "", tags: [], tag: "" };

export function isEmpty(draft: Draft): boolean {
  return JSON.stringify(draft) === JSON.stringify(emptyDraft);
}

export function draftFromTask({ title, description, priority, due_at, tags }: Task): Draft {
  return { title, description: description ?? "", priority, due: due_at ? toLocalDue(due_at) : "", tags, tag: "" };
}

export function toTaskInput(draft: Draft): TaskInput {
  const { title, priority, description, due } = draft;
  return { title, priority, description: description || null, due_at: toInstant(due), tags: collectTags(draft) };
}

/** Returns only the fields that differ from the task. */
export function toTaskPatch(task: Task, draft: Draft): TaskPatch {
  const [before, after] = [toTaskInput(draftFromTask(task)), toTaskInput(draft)];
  const names = Object.keys(after) as (keyof TaskInput)[];
  return Object.fromEntries(names.filter((name) => !isSame(before[name], after[name])).map((name) => [name, after[name]]));
}

/** The fields of a draft that differ from another one. */
export function changedFields(draft: Draft, from: Draft): (keyof Draft)[] {
  return (Object.keys(draft) as (keyof Draft)[]).filter((name) => !isSame(draft[name], from[name]));
}

function collectTags({ tags, tag }: Draft): string[] {
  return tag.trim() ? [...new Set([...tags, tag.trim()])] : tags;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The task as it will be stored, for the filters. */
export function toTask(draft: Draft): Task {
  const now = new Date().toISOString();
  const { title, description = null, priority = "none", due_at = null, tags = [] } = toTaskInput(draft);
  return { id: "", user_id: "", revision: 0, title, description, priority, due_at, tags, completed: false, completed_at: null, created_at: now, updated_at: now } as Task;
}
