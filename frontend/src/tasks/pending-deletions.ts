// Deletions that can be undone for a while: the service hears of one when its time is up, or when the page is left.
import type { QueryClient } from "@tanstack/react-query";
import { deleteTask } from "@/client";
import { asUser } from "@/lib/api";
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

  constructor(queries: QueryClient, userId: string, unfinished: PendingWork) {
    super();
    this.#queryClient = queries;
    this.#userId = userId;
    this.#pendingWork = unfinished;
  }

  get(id: string): Deletion | undefined {
    return this.#deletions.get(id);
  }

  schedule(id: string): void {
    this.#set(id, { kind: "scheduled", timer: setTimeout(() => void this.#commit(id), undoWindowMs) });
  }

  /** What the service was told already can't be undone. */
  undo(id: string): void {
    const deletion = this.#deletions.get(id);
    if (deletion?.kind !== "scheduled") return;
    clearTimeout(deletion.timer);
    this.#set(id, undefined);
  }

  /** Waits for no time to be up, and says what could not be done. */
  flush = async (): Promise<string | null> => {
    const done = await Promise.all([...this.#deletions.keys()].map((id) => this.#commit(id)));
    const left = done.filter((isDone) => !isDone).length;
    if (left === 0) return null;
    return left === 1 ? "A task that you deleted is still there." : `${left} tasks that you deleted are still there.`;
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
    const isFinished = [...this.#deletions.values()].every(({ kind }) => kind === "failed");
    if (!isFinished) this.#unregister ??= this.#pendingWork.register(this.flush);
    else {
      this.#unregister?.();
      this.#unregister = null;
    }
  }
}

async function requestDeletion(id: string, userId: string): Promise<Failure | null> {
  try {
    await deleteTask({ path: { id }, keepalive: true, ...asUser(userId) }); // it goes out even if the page is being left
    return null;
  } catch (error) {
    const failure = toFailure(error);
    return failure.status === 404 ? null : failure;
  }
}
