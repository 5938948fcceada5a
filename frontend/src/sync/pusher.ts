// Sends the user's operations: those of one task in order, those of different tasks concurrently, or many of them as one batch.
import type { Problem } from "@/client";
import { isTransient, toFailure } from "@/lib/problem";
import { findConflict } from "./merge";
import { hasStatus, RequestSender, type BatchEntry } from "./request-sender";
import type { Commit, Replica } from "./replica";
import type { Transport } from "./transport";

/** Browsers open six connections to a host (HTTP/1.1); the event stream is one of them. */
const maxConcurrency = 4;
const minBatchSize = 3;
const maxBatchSize = 100;
/** The service accepts 1 MiB. */
const maxBatchLength = 250_000;

export class Pusher {
  /** Tasks with a request in flight. */
  #sending = new Set<string>();
  #requests = new Set<Promise<void>>();
  /** Tasks that made a batch fail. */
  #single = new Set<string>();
  #failure: unknown = null;
  readonly #replica: Replica;
  readonly #transport: Transport;
  readonly #sender: RequestSender;
  readonly #commit: (commit: Commit) => Promise<void>;

  constructor(replica: Replica, transport: Transport, commit: (commit: Commit) => Promise<void>) {
    this.#replica = replica;
    this.#transport = transport;
    this.#sender = new RequestSender(replica, transport, commit);
    this.#commit = commit;
  }

  /** Resolves when everything that can be sent is sent. Rejects at the first transient failure. */
  async push(): Promise<void> {
    this.#failure = null;
    this.#start();
    while (this.#requests.size > 0) await Promise.race(this.#requests);
    if (this.#failure) throw this.#failure;
  }

  #start(): void {
    if (this.#failure) return;
    const taskIds = new Set(this.#replica.operations.map(({ taskId }) => taskId));
    const ready = [...taskIds].filter((id) => this.#canSend(id));
    const batch = this.#toBatch(ready);
    if (batch.length >= minBatchSize) return this.#track(batch.map(({ taskId }) => taskId), () => this.#sendBatch(batch));
    for (const taskId of ready) {
      if (this.#requests.size >= maxConcurrency) return;
      this.#track([taskId], () => this.#sendNext(taskId));
    }
  }

  #canSend(taskId: string): boolean {
    const operations = this.#replica.operationsOf(taskId);
    const isReady = operations[0] !== undefined && !operations[0].failure && !this.#sending.has(taskId);
    return isReady && !findConflict(this.#replica.stored(taskId), operations);
  }

  #track(taskIds: readonly string[], send: () => Promise<void>): void {
    taskIds.forEach((id) => this.#sending.add(id));
    const request = send()
      .catch((error: unknown) => void (this.#failure ??= error))
      .finally(() => {
        taskIds.forEach((id) => this.#sending.delete(id));
        this.#requests.delete(request);
        this.#start();
      });
    this.#requests.add(request);
  }

  /** Sends the first operation of a task, with those that fit into the same request. */
  async #sendNext(taskId: string): Promise<void> {
    const first = this.#replica.operationsOf(taskId)[0]!;
    this.#single.delete(taskId);
    try {
      await this.#commit(await this.#sender.send(first));
    } catch (error) {
      if (!isPermanent(error)) throw error;
      await this.#commit({ operations: [{ ...first, failure: toFailure(error) }] });
    }
  }

  #toBatch(taskIds: readonly string[]): BatchEntry[] {
    const batch: BatchEntry[] = [];
    let length = 0;
    for (const taskId of taskIds) {
      const entry = this.#single.has(taskId) ? null : this.#sender.toBatchEntry(taskId);
      if (!entry) continue;
      length += JSON.stringify(entry.operation).length;
      if (batch.length === maxBatchSize || length > maxBatchLength) break;
      batch.push(entry);
    }
    return batch;
  }

  async #sendBatch(batch: readonly BatchEntry[]): Promise<void> {
    try {
      const results = await this.#transport.batch(batch.map(({ operation }) => operation));
      await this.#commit(combine(results.map((result, index) => batch[index]!.toCommit(result))));
    } catch (error) {
      if (!isPermanent(error)) throw error;
      // all or none took effect: what failed is sent on its own, then the rest
      rejectedOf(error, batch).forEach(({ taskId }) => this.#single.add(taskId));
    }
  }
}

function combine(commits: readonly Commit[]): Commit {
  return {
    tasks: commits.flatMap(({ tasks = [] }) => tasks),
    deleted: commits.flatMap(({ deleted = [] }) => deleted),
    settled: commits.flatMap(({ settled = [] }) => settled),
  };
}

/** The operations that the problem points to; all, if it points to none. */
function rejectedOf(error: unknown, batch: readonly BatchEntry[]): readonly BatchEntry[] {
  const pointers = (error as Partial<Problem>).errors?.map(({ pointer }) => pointer) ?? [];
  const rejected = batch.filter((_, index) => pointers.some((pointer) => `${pointer}/`.startsWith(`/operations/${index}/`)));
  return rejected.length > 0 ? rejected : batch;
}

/** Whether the service rejects the request for good. A missing or foreign token says nothing about the operation. */
function isPermanent(error: unknown): boolean {
  const { status } = toFailure(error);
  return status >= 400 && status < 500 && !hasStatus(error, 401) && !hasStatus(error, 408) && !isTransient(error);
}
