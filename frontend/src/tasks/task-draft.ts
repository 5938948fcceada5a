// A task as it is typed: what the form holds, what it sends.
import type { Priority, Task, TaskInput, TaskPatch } from "@/client";

export type Draft = {
  title: string;
  description: string;
  priority: Priority;
  /** As `datetime-local` has it: in the time of the place. */
  due: string;
  tags: string[];
  /** The tag that is being typed. */
  tag: string;
};

export const emptyDraft: Draft = { title: "", description: "", priority: "none", due: "", tags: [], tag: "" };

export function isEmpty(draft: Draft): boolean {
  return JSON.stringify(draft) === JSON.stringify(emptyDraft);
}

export function draftFromTask(task: Task): Draft {
  const { title, description, priority, due_at, tags } = task;
  return { title, description: description ?? "", priority, due: due_at ? toLocalInputValue(due_at) : "", tags, tag: "" };
}

export function toTaskInput(draft: Draft): TaskInput {
  const { title, priority } = draft;
  return { title, priority, description: draft.description || null, due_at: toIsoString(draft.due), tags: collectTags(draft) };
}

/** What the draft changes of the task, and nothing else. */
export function toTaskPatch(task: Task, draft: Draft): TaskPatch {
  const [before, after] = [toTaskInput(draftFromTask(task)), toTaskInput(draft)];
  const names = Object.keys(after) as (keyof TaskInput)[];
  return Object.fromEntries(
    names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map((name) => [name, after[name]]),
  );
}

/** What was not changed since `from` is as in `to`. */
export function rebase(draft: Draft, from: Draft, to: Draft): Draft {
  const names = Object.keys(draft) as (keyof Draft)[];
  const isSame = (name: keyof Draft) => JSON.stringify(draft[name]) === JSON.stringify(from[name]);
  return Object.assign({}, ...names.map((name) => ({ [name]: (isSame(name) ? to : draft)[name] }))) as Draft;
}

function collectTags({ tags, tag }: Draft): string[] {
  return tag.trim() ? [...new Set([...tags, tag.trim()])] : tags;
}

function toIsoString(local: string): string | null {
  if (!local) return null;
  const date = new Date(local);
  // what is no date the service refuses, and says so
  return Number.isNaN(date.getTime()) ? local : date.toISOString();
}

function toLocalInputValue(instant: string): string {
  const date = new Date(instant);
  const inPlace = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return inPlace.toISOString().slice(0, 16);
}
