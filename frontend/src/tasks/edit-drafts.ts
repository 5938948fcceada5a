// What a user typed into the editors of tasks and did not save: only the fields that were changed.
import { draftKey, listDraftNames, readDraft, removeDraft, writeDraft } from "@/lib/drafts";
import type { Task } from "@/client";
import { changedFields, draftFromTask, type Draft } from "./task-draft";

const prefix = "edit.";

const keyOf = (userId: string, taskId: string) => draftKey(userId, prefix + taskId);

export function storeEdit(userId: string, task: Task, draft: Draft): void {
  const changed = changedFields(draft, draftFromTask(task));
  writeDraft(keyOf(userId, task.id), Object.fromEntries(changed.map((name) => [name, draft[name]])));
}

/** The task's values with what was typed; undefined if nothing was. */
export function readEdit(userId: string, task: Task): Draft | undefined {
  const stored = readDraft<Partial<Draft>>(keyOf(userId, task.id));
  return stored ? { ...draftFromTask(task), ...stored } : undefined;
}

export function forgetEdit(userId: string, taskId: string): void {
  removeDraft(keyOf(userId, taskId));
}

/** The ids of the tasks with unsaved input, for example after a reload. */
export function listEdits(userId: string): string[] {
  return listDraftNames(userId, prefix).map((name) => name.slice(prefix.length));
}
