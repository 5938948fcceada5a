// Delayed deletions that can be undone: sent after `undoWindowMs`, or when the page is left.
import type { QueryClient } from "@tanstack/react-query";
import { deleteTask } from "@/client";
import { asUser } from "@/lib/api";
import { translate } from "@/lib/i18n/translate";
import { toFailure, type Failure } from "@/lib/problem";
import { Subscribable } from "@/lib/subscribable";
import type { PendingWork } from "@/session/pending-work";
import { removeCachedTask } from "./task-cache";
import { applyChange } from "./refetch-queue";

const undoWindowMs = 8_000;

type Scheduled = { kind: "scheduled"; timer: ReturnType<typeof setTimeout> };
type InFlight = { kind: "in-flight"; isDone: Promise<boolean> };
type Failed = { kind: "failed"; failure: Failure };
export type Deletion = Scheduled | InFlight | Failed;

export class PendingDeletions extends Subscribable {
  #deletions = new Map<string, Deletion>();
  #unregister: (() => void) | null = null;
  readonly #queryClient: QueryClient;
  readonly #userId: string;
  readonly #pendingWork: PendingWork;

  constructor(queryClient: QueryClient, userId: string, pendingWork: PendingWork) {
    super();
    this.#queryClient = queryClient;
    this.#userId = userId;
    this.#pendingWork = pendingWork;
  }

  get(id: string): Deletion | undefined {
    return this.#deletions.get(id);
  }

  schedule(id: string): void {
    this.#set(id, { kind: "scheduled", timer: setTimeout(() => void this.#commit(id), undoWindowMs) });
  }

  /** Has no effect once the request is in flight. */
  undo(id: string): void {
    const deletion = this.#deletions.get(id);
    if (deletion?.kind !== "scheduled") return;
    clearTimeout(deletion.timer);
    this.#set(id, undefined);
  }

  /** Sends all scheduled deletions now. Resolves to a warning if any failed. */
  flush = async (): Promise<string | null> => {
    const results = await Promise.all([...this.#deletions.keys()].map((id) => this.#commit(id)));
    const failedCount = results.filter((isDone) => !isDone).length;
    if (failedCount === 0) return null;
    return translate("tasks.couldNotDelete", { count: failedCount });
  };

  #commit(id: string): Promise<boolean> {
    const deletion = this.#deletions.get(id);
    if (deletion?.kind === "in-flight") return deletion.isDone;
    if (deletion?.kind !== "scheduled") return Promise.resolve(true);
    clearTimeout(deletion.timer);
    const isDone = this.#delete(id);
    this.#set(id, { kind: "in-flight", isDone });
    return isDone;
  }

  async #delete(id: string): Promise<boolean> {
    const failure = await requestDeletion(id, this.#userId);
    if (!failure) await applyChange(this.#queryClient, this.#userId, () => removeCachedTask(this.#queryClient, this.#userId, id));
    this.#set(id, failure ? { kind: "failed", failure } : undefined);
    return !failure;
  }

  #set(id: string, deletion: Deletion | undefined): void {
    if (deletion) this.#deletions.set(id, deletion);
    else this.#deletions.delete(id);
    this.#updatePendingWork();
    this.notify();
  }

  #updatePendingWork(): void {
    const isIdle = [...this.#deletions.values()].every(({ kind }) => kind === "failed");
    if (!isIdle) this.#unregister ??= this.#pendingWork.register(this.flush);
    else {
      this.#unregister?.();
      this.#unregister = null;
    }
  }
}

async function requestDeletion(id: string, userId: string): Promise<Failure | null> {
  try {
    await deleteTask({ path: { id }, keepalive: true, ...asUser(userId) }); // keepalive: the request outlives the page
    return null;
  } catch (error) {
    const failure = toFailure(error);
    return failure.status === 404 ? null : failure;
  }
}
