// Deletions that can be undone for a while: the service hears of one when its time is up, or when the page is left.
import type { QueryClient } from "@tanstack/react-query";
import { deleteTask } from "@/client";
import { as } from "@/lib/api";
import { failureOf, type Failure } from "@/lib/problem";
import { Subscribable } from "@/lib/subscribable";
import type { Unfinished } from "@/session/pending-work";
import { dropTask } from "./task-cache";
import { overReading } from "./refetch-queue";

const undoTime = 8_000;

type Waiting = { kind: "waiting"; timer: ReturnType<typeof setTimeout> };
type UnderWay = { kind: "under way"; isDone: Promise<boolean> };
type Failed = { kind: "failed"; failure: Failure };
export type Deletion = Waiting | UnderWay | Failed;

export class Deletions extends Subscribable {
  #all = new Map<string, Deletion>();
  #finished: (() => void) | null = null;
  readonly #queries: QueryClient;
  readonly #userId: string;
  readonly #unfinished: Unfinished;

  constructor(queries: QueryClient, userId: string, unfinished: Unfinished) {
    super();
    this.#queries = queries;
    this.#userId = userId;
    this.#unfinished = unfinished;
  }

  of(id: string): Deletion | undefined {
    return this.#all.get(id);
  }

  begin(id: string): void {
    this.#set(id, { kind: "waiting", timer: setTimeout(() => void this.#commit(id), undoTime) });
  }

  /** What the service was told already can't be undone. */
  undo(id: string): void {
    const deletion = this.#all.get(id);
    if (deletion?.kind !== "waiting") return;
    clearTimeout(deletion.timer);
    this.#set(id, undefined);
  }

  /** Waits for no time to be up, and says what could not be done. */
  finish = async (): Promise<string | null> => {
    const done = await Promise.all([...this.#all.keys()].map((id) => this.#commit(id)));
    const left = done.filter((isDone) => !isDone).length;
    if (left === 0) return null;
    return left === 1 ? "A task that you deleted is still there." : `${left} tasks that you deleted are still there.`;
  };

  #commit(id: string): Promise<boolean> {
    const deletion = this.#all.get(id);
    if (deletion?.kind === "under way") return deletion.isDone;
    if (deletion?.kind !== "waiting") return Promise.resolve(true);
    clearTimeout(deletion.timer);
    const isDone = this.#delete(id);
    this.#set(id, { kind: "under way", isDone });
    return isDone;
  }

  async #delete(id: string): Promise<boolean> {
    const failure = await attempt(id, this.#userId);
    if (!failure) await overReading(this.#queries, this.#userId, () => dropTask(this.#queries, this.#userId, id));
    this.#set(id, failure ? { kind: "failed", failure } : undefined);
    return !failure;
  }

  #set(id: string, deletion: Deletion | undefined): void {
    if (deletion) this.#all.set(id, deletion);
    else this.#all.delete(id);
    this.#tellWhetherFinished();
    this.tell();
  }

  #tellWhetherFinished(): void {
    const isFinished = [...this.#all.values()].every(({ kind }) => kind === "failed");
    if (!isFinished) this.#finished ??= this.#unfinished.begin(this.finish);
    else {
      this.#finished?.();
      this.#finished = null;
    }
  }
}

async function attempt(id: string, userId: string): Promise<Failure | null> {
  try {
    await deleteTask({ path: { id }, keepalive: true, ...as(userId) }); // it goes out even if the page is being left
    return null;
  } catch (error) {
    const failure = failureOf(error);
    return failure.status === 404 ? null : failure;
  }
}
