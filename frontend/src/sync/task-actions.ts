// What users do with tasks. Every action is shown at once and sent in the background.
import type { Task, TaskInput, TaskPatch } from "@/client";
import { isSameValue, mergeUpdates, type Conflict } from "./merge";
import { leadingUpdates, type Operation, type TaskField } from "./operations";
import type { TaskSync } from "./task-sync";
import { createUuid } from "./uuid";

export type Undoable = { undo: () => void };

/** Which version of a field to keep; fields that are not mentioned keep the user's. */
export type ConflictChoices = Partial<Record<TaskField, "mine" | "theirs">>;

export class TaskActions {
  readonly #sync: TaskSync;
  readonly #userId: string;

  constructor(sync: TaskSync, userId: string) {
    this.#sync = sync;
    this.#userId = userId;
  }

  create = (input: TaskInput): Undoable & { id: string } => {
    const task = newTask(input, this.#userId);
    this.#sync.enqueue([{ ...operationOn(task.id), kind: "create", task }]);
    return { id: task.id, undo: () => this.removeMany([task.id]) };
  };

  /** Members that the task has already are not sent. */
  update = (id: string, patch: TaskPatch): Undoable => this.#updateAll([[id, patch]]);

  complete = (id: string, completed: boolean): Undoable => this.completeMany([id], completed);

  completeMany = (ids: readonly string[], completed: boolean): Undoable => this.updateMany(ids, { completed });

  updateMany = (ids: readonly string[], patch: TaskPatch): Undoable => this.#updateAll(ids.map((id) => [id, patch]));

  /** Moves a task to the trash. */
  remove = (id: string): Undoable => this.removeMany([id]);

  removeMany = (ids: readonly string[]): Undoable => {
    const tasks = this.#shown(ids);
    this.#sync.enqueue(tasks.map((task) => ({ ...operationOn(task.id), kind: "delete", task })));
    return { undo: () => this.restoreMany(tasks) };
  };

  /** Brings a task back from the trash. */
  restore = (task: Task): Undoable => this.restoreMany([task]);

  restoreMany = (tasks: readonly Task[]): Undoable => {
    const missing = tasks.filter(({ id }) => !this.#sync.replica.shown(id));
    this.#sync.enqueue(missing.map((task) => ({ ...operationOn(task.id), kind: "restore", task })));
    return { undo: () => this.removeMany(missing.map(({ id }) => id)) };
  };

  /** Removes tasks from the trash. This cannot be undone. */
  removeForever = (ids: readonly string[]): void => {
    this.#sync.enqueue(ids.map((id) => ({ ...operationOn(id), kind: "purge" })));
  };

  /** Sends the rejected operations of a task again. */
  retry = (id: string): void => {
    this.#sync.enqueue(this.#sync.replica.operationsOf(id).map((operation) => ({ ...operation, failure: undefined })));
  };

  /** Gives up the unsent operations of a task. */
  discard = (id: string): void => {
    this.#sync.enqueue([], toIds(this.#sync.replica.operationsOf(id)));
  };

  resolve = (conflict: Conflict, choices: ConflictChoices): void => {
    const { replica } = this.#sync;
    const updates = leadingUpdates(replica.operationsOf(conflict.taskId));
    const stored = replica.stored(conflict.taskId);
    if (updates.length === 0 || !stored) return;
    const { patch, conflicts } = mergeUpdates(stored, updates);
    for (const { field, mine } of conflicts) if (choices[field] !== "theirs") Object.assign(patch, { [field]: mine });
    const isChanged = Object.keys(patch).length > 0;
    this.#sync.enqueue(isChanged ? [{ ...operationOn(stored.id), kind: "update", before: stored, patch }] : [], toIds(updates));
  };

  /** Brings back a task that was deleted elsewhere, with the user's edits; or gives them up. */
  resolveDeleted = (conflict: Conflict, choice: "restore" | "discard"): void => {
    const updates = leadingUpdates(this.#sync.replica.operationsOf(conflict.taskId));
    if (choice === "discard") return this.#sync.enqueue([], toIds(updates));
    const restore: Operation = { ...operationOn(conflict.taskId), kind: "restore", task: updates[0]?.before ?? conflict.mine };
    // after the restoration
    const edits = updates.map((update) => ({ ...update, id: createUuid() }));
    this.#sync.enqueue([restore, ...edits], toIds(updates));
  };

  #updateAll(changes: readonly (readonly [string, TaskPatch])[]): Undoable {
    const updates = changes.flatMap(([id, patch]) => {
      const before = this.#sync.replica.get(id);
      const changed = before ? withoutEqual(before, patch) : {};
      return before && Object.keys(changed).length > 0 ? [{ ...operationOn(id), kind: "update" as const, before, patch: changed }] : [];
    });
    this.#sync.enqueue(updates);
    updates.forEach(({ taskId }) => this.#retryRejected(taskId));
    return { undo: () => void this.#updateAll(updates.map(({ taskId, before, patch }) => [taskId, this.#inverse(taskId, before, patch)])) };
  }

  /** An edit may correct what the service rejected. */
  #retryRejected(id: string): void {
    if (this.#sync.replica.operationsOf(id).some(({ failure }) => failure)) this.retry(id);
  }

  /** Leaves fields alone that were changed again since. */
  #inverse(id: string, before: Task, patch: TaskPatch): TaskPatch {
    const now = this.#sync.replica.get(id);
    const fields = (Object.keys(patch) as TaskField[]).filter((field) => now && isSameValue(field, now[field], patch[field]));
    return pick(before, fields);
  }

  #shown(ids: readonly string[]): Task[] {
    return ids.map((id) => this.#sync.replica.get(id)).filter((task) => task !== undefined);
  }
}

function operationOn(taskId: string) {
  return { id: createUuid(), taskId, at: new Date().toISOString() };
}

function newTask(input: TaskInput, user_id: string): Task {
  const now = new Date().toISOString();
  const { title, description = null, completed = false, priority = "none", due_at = null, tags = [] } = input;
  const times = { created_at: now, updated_at: now, completed_at: completed ? now : null, deleted_at: null };
  return { id: createUuid(), user_id, title, description, completed, priority, due_at, tags, revision: 0, ...times };
}

function withoutEqual(task: Task, patch: TaskPatch): TaskPatch {
  return pick(patch as Task, (Object.keys(patch) as TaskField[]).filter((field) => !isSameValue(field, task[field], patch[field])));
}

function pick(task: Task, fields: readonly TaskField[]): TaskPatch {
  return Object.fromEntries(fields.map((field) => [field, task[field]]));
}

function toIds(operations: readonly Operation[]): string[] {
  return operations.map(({ id }) => id);
}
