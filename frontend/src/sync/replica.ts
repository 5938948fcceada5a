// The user's tasks in this tab: what the service stored, and the user's unconfirmed operations applied over it.
import type { Task } from "@/client";
import type { Failure } from "@/lib/problem";
import { Subscribable } from "@/lib/subscribable";
import { findConflict, type Conflict } from "./merge";
import { applyOperations, type Operation } from "./operations";
import { createUuidsAfter } from "./uuid";

export type DeletedTask = { id: string; revision: number };

/** A change of the replica: one transaction of the database, one message between the tabs. */
export type Commit = {
  tasks?: readonly Task[];
  deleted?: readonly DeletedTask[];
  /** Added, or replaced if the id exists. */
  operations?: readonly Operation[];
  /** Ids of operations that are done. */
  settled?: readonly string[];
  /** The position in the service's changes, after this one and before it. */
  token?: string | null;
  since?: string | null;
  /** `tasks` are all that the service stores: what was read before is discarded, whatever its revisions. */
  isComplete?: boolean;
};

export type Snapshot = { tasks: readonly Task[]; deleted?: readonly DeletedTask[]; operations: readonly Operation[]; token: string | null };

/** A task as shown. */
export type ShownTask = Task & { isPending: boolean; hasConflict: boolean; failure: Failure | null };

export class Replica extends Subscribable {
  #stored = new Map<string, Task>();
  #deletedRevisions = new Map<string, number>();
  #operations = new Map<string, readonly Operation[]>();
  #operationList: readonly Operation[] = [];
  #deletionCount = 0;
  #settled = new Set<string>();
  #shown = new Map<string, ShownTask>();
  #shownList: readonly ShownTask[] = [];
  #conflicts: readonly Conflict[] = [];
  #token: string | null = null;

  /** The position in the service's changes; null before the first page. */
  get token(): string | null {
    return this.#token;
  }

  get isLoaded(): boolean {
    return this.#token !== null;
  }

  /** All tasks as shown, in no particular order. The array is replaced by every change. */
  get tasks(): readonly ShownTask[] {
    return this.#shownList;
  }

  get conflicts(): readonly Conflict[] {
    return this.#conflicts;
  }

  /** All unconfirmed operations. The array is replaced by every change. */
  get operations(): readonly Operation[] {
    return this.#operationList;
  }

  /** Grows when a task enters or leaves the trash. */
  get deletionCount(): number {
    return this.#deletionCount;
  }

  /** Number of tasks with unconfirmed operations. */
  get pendingCount(): number {
    return this.#operations.size;
  }

  /** The title of a task, also of one that the user deleted. */
  titleOf(id: string): string {
    const named = this.operationsOf(id).find((operation) => "task" in operation || "before" in operation);
    const task = named && ("task" in named ? named.task : "before" in named ? named.before : undefined);
    return (this.#shown.get(id) ?? task)?.title ?? "";
  }

  /** What the service stored, as far as this tab knows. */
  get snapshot(): Snapshot {
    const deleted = [...this.#deletedRevisions].map(([id, revision]) => ({ id, revision }));
    return { tasks: [...this.#stored.values()], deleted, operations: this.#operationList, token: this.#token };
  }

  get storedIds(): string[] {
    return [...this.#stored.keys()];
  }

  /** The task as the user sees it. */
  get(id: string): Task | undefined {
    return applyOperations(this.#stored.get(id), this.operationsOf(id));
  }

  shown(id: string): ShownTask | undefined {
    return this.#shown.get(id);
  }

  stored(id: string): Task | undefined {
    return this.#stored.get(id);
  }

  operationsOf(taskId: string): readonly Operation[] {
    return this.#operations.get(taskId) ?? [];
  }

  /** Adds what the database holds. */
  load({ tasks, operations, token }: Snapshot): void {
    this.apply({ tasks, operations, token: this.#token ?? token });
  }

  isSettled(operationId: string): boolean {
    return this.#settled.has(operationId);
  }

  /** Replaces what the service stored by what another tab knows. */
  replace({ tasks, deleted, token }: Snapshot): void {
    this.apply({ tasks, deleted, token, isComplete: true });
  }

  /** Whether a change before this one is missing here. */
  misses({ since, token, isComplete }: Commit): boolean {
    return !isComplete && token !== undefined && this.#token !== null && this.#token !== since && this.#token !== token;
  }

  /** Applies a change. Returns the part that is not outdated. */
  apply(commit: Commit): Commit {
    const discarded = commit.isComplete ? this.#discard() : [];
    const tasks = (commit.tasks ?? []).filter((task) => this.#store(task));
    const deleted = (commit.deleted ?? []).filter((task) => this.#remove(task));
    // an operation may be announced again after it was settled
    const added = (commit.operations ?? []).filter(({ id }) => !this.#settled.has(id));
    const ofOperations = this.#applyOperations(added, commit.settled ?? []);
    if (ofOperations.length > 0) this.#operationList = [...this.#operations.values()].flat();
    const wasLoaded = this.isLoaded;
    if (commit.token !== undefined) this.#token = commit.token;
    this.#show(new Set([...discarded, ...tasks.map(({ id }) => id), ...deleted.map(({ id }) => id), ...ofOperations]));
    if (this.isLoaded !== wasLoaded) this.notify();
    return { ...commit, tasks, deleted, operations: added };
  }

  /** Returns the ids of the discarded tasks. */
  #discard(): string[] {
    const ids = this.storedIds;
    this.#stored.clear();
    this.#deletedRevisions.clear();
    // the trash is read again too
    this.#deletionCount += 1;
    return ids;
  }

  /** Returns false if the replica has a newer revision. */
  #store(task: Task): boolean {
    if (!this.#isNewer(task)) return false;
    if (this.#deletedRevisions.delete(task.id)) this.#deletionCount += 1;
    this.#stored.set(task.id, task);
    return true;
  }

  #remove(deleted: DeletedTask): boolean {
    if (!this.#isNewer(deleted)) return false;
    this.#deletionCount += 1;
    this.#stored.delete(deleted.id);
    this.#deletedRevisions.set(deleted.id, deleted.revision);
    return true;
  }

  #isNewer({ id, revision }: DeletedTask): boolean {
    return revision > (this.#stored.get(id)?.revision ?? this.#deletedRevisions.get(id) ?? -1);
  }

  #applyOperations(added: readonly Operation[], settled: readonly string[]): string[] {
    const affected = added.map(({ taskId }) => taskId);
    added.forEach((operation) => {
      const others = this.operationsOf(operation.taskId).filter(({ id }) => id !== operation.id);
      // ids are in order of creation, also if the clock was ahead
      createUuidsAfter(operation.id);
      this.#operations.set(operation.taskId, [...others, operation].sort((left, right) => (left.id < right.id ? -1 : 1)));
    });
    if (settled.length === 0) return affected;
    settled.forEach((id) => this.#settled.add(id));
    for (const [taskId, operations] of this.#operations) {
      const left = operations.filter(({ id }) => !this.#settled.has(id));
      if (left.length === operations.length) continue;
      affected.push(taskId);
      if (left.length > 0) this.#operations.set(taskId, left);
      else this.#operations.delete(taskId);
    }
    return affected;
  }

  #show(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return;
    for (const id of ids) {
      const shown = this.#toShown(id);
      if (shown) this.#shown.set(id, shown);
      else this.#shown.delete(id);
    }
    this.#shownList = [...this.#shown.values()];
    const conflicts = [...this.#operations].map(([id, operations]) => findConflict(this.#stored.get(id), operations));
    this.#conflicts = conflicts.filter((conflict) => conflict !== null);
    this.notify();
  }

  #toShown(id: string): ShownTask | undefined {
    const operations = this.operationsOf(id);
    const task = this.get(id);
    if (!task) return undefined;
    const failure = operations.find((operation) => operation.failure)?.failure ?? null;
    const hasConflict = findConflict(this.#stored.get(id), operations) !== null;
    return { ...task, isPending: operations.length > 0, hasConflict, failure };
  }
}
