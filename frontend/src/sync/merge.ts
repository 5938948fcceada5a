// Three-way merge of a user's updates with the stored task, field by field.
import type { Task, TaskPatch } from "@/client";
import { applyOperations, leadingUpdates, type Operation, type TaskField, type UpdateOperation } from "./operations";

export type FieldConflict = { field: TaskField; before: Task[TaskField]; mine: Task[TaskField]; theirs: Task[TaskField] };

/** `theirs` is null if the task was deleted elsewhere; then there are no `fields`. */
export type Conflict = { taskId: string; mine: Task; theirs: Task | null; fields: FieldConflict[] };

/**
 * Returns the changes to send and the fields that were changed elsewhere too. A field is unchanged elsewhere if it has the value that
 * the user saw, or one that an earlier update of the user set.
 */
export function mergeUpdates(stored: Task, updates: readonly UpdateOperation[]): { patch: TaskPatch; conflicts: FieldConflict[] } {
  const patch: TaskPatch = {};
  const conflicts: FieldConflict[] = [];
  for (const field of changedFields(updates)) {
    const touching = updates.filter((update) => field in update.patch);
    const before = touching[0]!.before[field];
    const values = touching.map((update) => update.patch[field] as Task[TaskField]);
    const [mine, theirs] = [values.at(-1)!, stored[field]];
    if (isSameValue(field, theirs, mine)) continue;
    if ([before, ...values].some((value) => isSameValue(field, theirs, value))) Object.assign(patch, { [field]: mine });
    else conflicts.push({ field, before, mine, theirs });
  }
  return { patch, conflicts };
}

/** The conflict of a task, if there is one. None if the user deletes the task in the end. */
export function findConflict(stored: Task | undefined, operations: readonly Operation[]): Conflict | null {
  const updates = leadingUpdates(operations);
  if (updates.length === 0 || updates.length < operations.length) return null;
  const mine = applyOperations(stored, updates)!;
  if (!stored) return { taskId: mine.id, mine, theirs: null, fields: [] };
  const { conflicts } = mergeUpdates(stored, updates);
  return conflicts.length > 0 ? { taskId: stored.id, mine, theirs: stored, fields: conflicts } : null;
}

/** The service returns dates in its own notation. */
export function isSameValue(field: TaskField, left: unknown, right: unknown): boolean {
  if (field === "due_at" && left && right) return Date.parse(left as string) === Date.parse(right as string);
  return JSON.stringify(left) === JSON.stringify(right);
}

function changedFields(updates: readonly UpdateOperation[]): TaskField[] {
  return [...new Set(updates.flatMap(({ patch }) => Object.keys(patch) as TaskField[]))];
}
