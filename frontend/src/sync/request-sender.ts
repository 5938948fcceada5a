// Turns operations into requests, and their responses into changes of the replica.
import type { BatchOperation, BatchResult, Task } from "@/client";
import { toFailure } from "@/lib/problem";
import { findConflict, mergeUpdates } from "./merge";
import { applyOperations, leadingUpdates, toInput, type CreateOperation, type Operation } from "./operations";
import type { Commit, Replica } from "./replica";
import type { Transport } from "./transport";

/** Another device may change the task again and again. */
const maxAttempts = 5;

export type BatchEntry = { taskId: string; operation: BatchOperation; toCommit: (result: BatchResult) => Commit };

export class RequestSender {
  readonly #replica: Replica;
  readonly #transport: Transport;
  readonly #commit: (commit: Commit) => Promise<void>;

  constructor(replica: Replica, transport: Transport, commit: (commit: Commit) => Promise<void>) {
    this.#replica = replica;
    this.#transport = transport;
    this.#commit = commit;
  }

  /** Sends the first operation of a task. Returns the change that it causes. */
  send(first: Operation): Promise<Commit> {
    switch (first.kind) {
      case "create":
        return this.#create(first);
      case "update":
        return this.#update(first.taskId);
      case "delete":
        return this.#delete(first, () => this.#transport.delete(first.taskId));
      case "purge":
        return this.#delete(first, () => this.#transport.purge(first.taskId));
      case "restore":
        return this.#restore(first);
    }
  }

  /** The first operation of a task as part of a batch; null if it has to be sent on its own. */
  toBatchEntry(taskId: string): BatchEntry | null {
    const operations = this.#replica.operationsOf(taskId);
    const first = operations[0]!;
    const updates = leadingUpdates(operations);
    const stored = this.#replica.stored(taskId);
    switch (first.kind) {
      case "create": {
        const { input, settled } = this.#toCreation(first);
        return { taskId, operation: { op: "create", id: taskId, task: input }, toCommit: (result) => ({ ...toChange(result), settled }) };
      }
      case "update": {
        const { patch, conflicts } = stored ? mergeUpdates(stored, updates) : noChanges;
        if (!stored || conflicts.length > 0 || Object.keys(patch).length === 0) return null;
        const operation = { op: "update", id: taskId, if_match: stored.revision, task: patch } as const;
        return { taskId, operation, toCommit: (result) => ({ ...toChange(result), settled: toIds(updates) }) };
      }
      case "delete":
      case "restore":
        return { taskId, operation: { op: first.kind, id: taskId }, toCommit: (result) => ({ ...toChange(result), settled: [first.id] }) };
      case "purge":
        return null;
    }
  }

  /** A new task with the edits that followed. */
  #toCreation(first: CreateOperation) {
    const updates = leadingUpdates(this.#replica.operationsOf(first.taskId).slice(1));
    return { input: toInput(applyOperations(first.task, updates)!), settled: toIds([first, ...updates]) };
  }

  async #create(first: CreateOperation): Promise<Commit> {
    const { input, settled } = this.#toCreation(first);
    try {
      return { tasks: [await this.#transport.create(first.taskId, input)], settled };
    } catch (error) {
      if (!hasStatus(error, 412)) throw error;
      // an earlier attempt arrived, perhaps without the last edits; since then, another device may have deleted the task
      const task = await this.#read(first.taskId);
      return { tasks: task ? [task] : [], settled: [first.id] };
    }
  }

  async #update(taskId: string): Promise<Commit> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const operations = this.#replica.operationsOf(taskId);
      const updates = leadingUpdates(operations);
      const stored = this.#replica.stored(taskId);
      if (findConflict(stored, operations)) return {};
      const { patch, conflicts } = stored ? mergeUpdates(stored, updates) : noChanges;
      // the user deletes the task in the end
      if (!stored || conflicts.length > 0) return { settled: toIds(updates) };
      if (Object.keys(patch).length === 0) return { settled: toIds(updates) };
      try {
        return { tasks: [await this.#transport.update(taskId, patch, stored.revision)], settled: toIds(updates) };
      } catch (error) {
        if (!hasStatus(error, 412) && !hasStatus(error, 404)) throw error;
        await this.#refresh(stored);
      }
    }
    throw new Error("the task changes too often");
  }

  async #delete({ id, taskId }: Operation, request: () => Promise<void>): Promise<Commit> {
    try {
      await request();
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
    return { settled: [id], deleted: this.#removalOf(taskId) };
  }

  async #restore({ id, taskId }: Operation): Promise<Commit> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { tasks: [await this.#transport.restore(taskId)], settled: [id] };
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
        // it is not in the trash: an earlier attempt arrived, or the trash was emptied
        const task = await this.#read(taskId);
        if (task) return { tasks: [task], settled: [id] };
        // between the two requests, another device may have deleted it again
        if (attempt === maxAttempts) throw error;
      }
    }
  }

  /** Reads a task that another device changed or deleted. */
  async #refresh(stored: Task): Promise<void> {
    const task = await this.#read(stored.id);
    await this.#commit(task ? { tasks: [task] } : { deleted: this.#removalOf(stored.id) });
  }

  async #read(id: string): Promise<Task | null> {
    try {
      return await this.#transport.read(id);
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
      return null;
    }
  }

  /** The response to a deletion has no revision: the one that follows is the least it can have. */
  #removalOf(id: string) {
    const stored = this.#replica.stored(id);
    return stored ? [{ id, revision: stored.revision + 1 }] : [];
  }
}

const noChanges = { patch: {}, conflicts: [] };

function toChange(result: BatchResult): Commit {
  return "deleted" in result ? { deleted: [result.deleted] } : { tasks: [result] };
}

function toIds(operations: readonly Operation[]): string[] {
  return operations.map(({ id }) => id);
}

export function hasStatus(error: unknown, status: number): boolean {
  return toFailure(error).status === status;
}
