// Form values of a task, and their conversion to and from the API.
import type { Priority, Task, TaskInput, TaskPatch } from "@/client";
import { translate } from "@/lib/i18n/translate";
import type { Failure } from "@/lib/problem";

export type Draft = {
  title: string;
  description: string;
  priority: Priority;
  /** In local time, as `datetime-local` inputs use. */
  due: string;
  tags: string[];
  /** The text in the tags input that is not a tag yet. */
  tag: string;
};

export const emptyDraft: Draft = { title: "", description: "", priority: "none", due: "", tags: [], tag: "" };

export function isEmpty(draft: Draft): boolean {
  return JSON.stringify(draft) === JSON.stringify(emptyDraft);
}

/** Checks what the form knows to be invalid; the service checks the rest. */
export function validateDraft({ title }: Draft): Failure | null {
  if (title.trim() !== "") return null;
  const detail = translate("fields.titleRequired");
  return { status: 422, detail, fields: { title: detail } };
}

export function draftFromTask(task: Task): Draft {
  const { title, description, priority, due_at, tags } = task;
  return { title, description: description ?? "", priority, due: due_at ? toLocalInputValue(due_at) : "", tags, tag: "" };
}

export function toTaskInput(draft: Draft): TaskInput {
  const { title, priority } = draft;
  return { title, priority, description: draft.description || null, due_at: toIsoString(draft.due), tags: collectTags(draft) };
}

/** Returns only the fields that differ from the task. */
export function toTaskPatch(task: Task, draft: Draft): TaskPatch {
  const [before, after] = [toTaskInput(draftFromTask(task)), toTaskInput(draft)];
  const names = Object.keys(after) as (keyof TaskInput)[];
  return Object.fromEntries(
    names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map((name) => [name, after[name]]),
  );
}

/** Replaces the fields that are unchanged since `from` with those of `to`. */
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
  // the service rejects an invalid date with a message
  return Number.isNaN(date.getTime()) ? local : date.toISOString();
}

function toLocalInputValue(instant: string): string {
  const date = new Date(instant);
  const inPlace = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return inPlace.toISOString().slice(0, 16);
}
