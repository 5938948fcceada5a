// Receives changes of other devices: first by pages, then by the event stream.
import type { TaskChange } from "@/client";
import { toFailure } from "@/lib/problem";
import type { Commit, Replica } from "./replica";
import type { Transport } from "./transport";

export class Puller {
  readonly #replica: Replica;
  readonly #transport: Transport;
  readonly #commit: (commit: Commit) => Promise<void>;

  constructor(replica: Replica, transport: Transport, commit: (commit: Commit) => Promise<void>) {
    this.#replica = replica;
    this.#transport = transport;
    this.#commit = commit;
  }

  /** Reads the changes since the last call, in this tab or another. */
  async pull(): Promise<void> {
    try {
      await this.#readPages(this.#replica.token);
    } catch (error) {
      if (toFailure(error).status !== 410) throw error;
      await this.#readAll();
    }
  }

  /** Receives changes until the stream ends. */
  async stream(signal: AbortSignal): Promise<void> {
    const since = this.#replica.token;
    if (since === null) throw new Error("the changes have not been read");
    await this.#transport.streamEvents(
      since,
      (events) => void this.#commit({ ...toCommit(events.map(({ change }) => change)), since: this.#replica.token, token: events.at(-1)!.token }),
      signal,
    );
  }

  async #readPages(since: string | null): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const page = await this.#transport.listChanges(since);
      await this.#commit({ ...toCommit(page.items), since, token: page.next });
      [since, hasMore] = [page.next, page.has_more];
    }
  }

  /** Reads everything, and removes what no longer exists. The token is stored last, so that an interrupted run is repeated. */
  async #readAll(): Promise<void> {
    const missing = new Set(this.#replica.storedIds);
    let since: string | null = null;
    for (let hasMore = true; hasMore; ) {
      const page = await this.#transport.listChanges(since);
      const commit = toCommit(page.items);
      commit.tasks?.forEach(({ id }) => missing.delete(id));
      await this.#commit(commit);
      [since, hasMore] = [page.next, page.has_more];
    }
    await this.#commit({ deleted: this.#removalsOf(missing), since: this.#replica.token, token: since });
  }

  #removalsOf(ids: ReadonlySet<string>) {
    return [...ids].map((id) => ({ id, revision: (this.#replica.stored(id)?.revision ?? 0) + 1 }));
  }
}

function toCommit(changes: readonly TaskChange[]): Commit {
  return {
    tasks: changes.flatMap((change) => ("task" in change ? [change.task] : [])),
    deleted: changes.flatMap((change) => ("deleted" in change ? [change.deleted] : [])),
  };
}
