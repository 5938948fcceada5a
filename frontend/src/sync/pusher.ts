// Sends the user's operations: those of one task in order, those of different tasks concurrently.
import type { Task } from "@/client";
import { isTransient, toFailure, type Failure } from "@/lib/problem";
import { findConflict, mergeUpdates } from "./merge";
import { applyOperations, leadingUpdates, toInput, type CreateOperation, type Operation } from "./operations";
import type { Commit, Replica } from "./replica";
import type { Transport } from "./transport";

/** Browsers open six connections to a host (HTTP/1.1); the event stream is one of them. */
const maxConcurrency = 4;

const noChanges = { patch: {}, conflicts: [] };

/** Another device may change the task again and again. */
const maxAttempts = 5;

export class Pusher {
  #inFlight = new Map<string, Promise<void>>();
  #failure: unknown = null;
  readonly #replica: Replica;
  readonly #transport: Transport;
  readonly #commit: (commit: Commit) => Promise<void>;

  constructor(replica: Replica, transport: Transport, commit: (commit: Commit) => Promise<void>) {
    this.#replica = replica;
    this.#transport = transport;
    this.#commit = commit;
  }

  /** Resolves when everything that can be sent is sent. Rejects at the first transient failure. */
  async push(): Promise<void> {
    this.#failure = null;
    this.#start();
    while (this.#inFlight.size > 0) await Promise.race(this.#inFlight.values());
    if (this.#failure) throw this.#failure;
  }

  #start(): void {
    const waiting = new Set(this.#replica.operations.map(({ taskId }) => taskId));
    for (const taskId of waiting) {
      if (this.#failure || this.#inFlight.size >= maxConcurrency) return;
      if (!this.#inFlight.has(taskId) && this.#canSend(taskId)) this.#inFlight.set(taskId, this.#send(taskId));
    }
  }

  #canSend(taskId: string): boolean {
    const operations = this.#replica.operationsOf(taskId);
    return operations[0] !== undefined && !operations[0].failure && !findConflict(this.#replica.stored(taskId), operations);
  }

  async #send(taskId: string): Promise<void> {
    try {
      await this.#sendNext(taskId);
    } catch (error) {
      this.#failure ??= error;
    } finally {
      this.#inFlight.delete(taskId);
      this.#start();
    }
  }

  /** Sends the first operation of a task, with those that fit into the same request. */
  async #sendNext(taskId: string): Promise<void> {
    const operations = this.#replica.operationsOf(taskId);
    const first = operations[0]!;
    try {
      await this.#commit(await this.#request(first, operations));
    } catch (error) {
      if (!isPermanent(error)) throw error;
      await this.#commit({ operations: [{ ...first, failure: toFailure(error) }] });
    }
  }

  #request(first: Operation, operations: readonly Operation[]): Promise<Commit> {
    switch (first.kind) {
      case "create":
        return this.#create(first, operations);
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

  async #create(first: CreateOperation, operations: readonly Operation[]): Promise<Commit> {
    const updates = leadingUpdates(operations.slice(1));
    const input = toInput(applyOperations(first.task, updates)!);
    try {
      const task = await this.#transport.create(first.taskId, input);
      return { tasks: [task], settled: toIds([first, ...updates]) };
    } catch (error) {
      if (!hasStatus(error, 412)) throw error;
      // an earlier attempt arrived
      const task = await this.#read(first.taskId);
      return task ? { tasks: [task], settled: [first.id] } : { settled: toIds(operations) };
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

function toIds(operations: readonly Operation[]): string[] {
  return operations.map(({ id }) => id);
}

function hasStatus(error: unknown, status: number): boolean {
  return toFailure(error).status === status;
}

/** Whether the service rejects the request for good. A missing or foreign token says nothing about the operation. */
function isPermanent(error: unknown): boolean {
  const { status }: Failure = toFailure(error);
  return status >= 400 && status < 500 && status !== 401 && status !== 408 && !isTransient(error);
}
