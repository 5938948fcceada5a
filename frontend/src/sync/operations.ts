// Changes that the user made and the service has not confirmed yet.
import type { Task, TaskInput, TaskPatch } from "@/client";
import type { Failure } from "@/lib/problem";

/** The members of a task that users change. */
export type TaskField = keyof TaskInput;

/** `failure` is set if the service rejected the operation; it is not sent again until the user decides. */
type Common = { id: string; taskId: string; at: string; failure?: Failure };

export type CreateOperation = Common & { kind: "create"; task: Task };
/** `before` is the task that the user saw. */
export type UpdateOperation = Common & { kind: "update"; before: Task; patch: TaskPatch };
/** `task` is what the trash shows until the service confirms. */
export type DeleteOperation = Common & { kind: "delete"; task: Task };
/** `task` is what the list shows until the service confirms. */
export type RestoreOperation = Common & { kind: "restore"; task: Task };
/** Removes a task from the trash. */
export type PurgeOperation = Common & { kind: "purge" };

export type Operation = CreateOperation | UpdateOperation | DeleteOperation | RestoreOperation | PurgeOperation;

/** Returns the task after the operations; undefined if there is none. */
export function applyOperations(stored: Task | undefined, operations: readonly Operation[]): Task | undefined {
  return operations.reduce(applyOperation, stored);
}

function applyOperation(task: Task | undefined, operation: Operation): Task | undefined {
  switch (operation.kind) {
    case "create":
    case "restore":
      return task ?? operation.task;
    case "update":
      return applyPatch(task ?? operation.before, operation.patch, operation.at);
    case "delete":
    case "purge":
      return undefined;
  }
}

export function applyPatch(task: Task, patch: TaskPatch, at: string): Task {
  const completed = patch.completed ?? task.completed;
  const completed_at = completed === task.completed ? task.completed_at : completed ? at : null;
  return { ...task, ...patch, completed_at, updated_at: at };
}

/** The updates at the start of the queue: they are sent as one request. */
export function leadingUpdates(operations: readonly Operation[]): UpdateOperation[] {
  const end = operations.findIndex(({ kind }) => kind !== "update");
  return (end < 0 ? operations : operations.slice(0, end)) as UpdateOperation[];
}

export function toInput({ title, description, completed, priority, due_at, tags }: Task): TaskInput {
  return { title, description, completed, priority, due_at, tags };
}
