// Receives changes of other devices: first by pages, then by the event stream.
import type { Task, TaskChange } from "@/client";
import { toFailure } from "@/lib/problem";
import type { Commit, Replica } from "./replica";
import type { ChangeEvent, Transport } from "./transport";

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
    const { token, storedIds } = this.#replica;
    // the database does not hold all tasks
    if (token === null && storedIds.length > 0) return this.#readAll();
    try {
      await this.#readPages(token);
    } catch (error) {
      if (toFailure(error).status !== 410) throw error;
      await this.#readAll();
    }
  }

  /** Receives changes until the stream ends. Calls `onActivity` for whatever arrives. */
  async stream(onActivity: () => void, signal: AbortSignal): Promise<void> {
    const since = this.#replica.token;
    if (since === null) throw new Error("the changes have not been read");
    const onEvents = (events: ChangeEvent[]) =>
      void this.#commit({ ...toCommit(events.map(({ change }) => change)), since: this.#replica.token, token: events.at(-1)!.token });
    await this.#transport.streamEvents(since, { onEvents, onActivity }, signal);
  }

  async #readPages(since: string | null): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const page = await this.#transport.listChanges(since);
      await this.#commit({ ...toCommit(page.items), since, token: page.next });
      [since, hasMore] = [page.next, page.has_more];
    }
  }

  /** Replaces what was read before. Nothing is applied until all is read, so that an interrupted run is repeated. */
  async #readAll(): Promise<void> {
    const tasks = new Map<string, Task>();
    let since: string | null = null;
    for (let hasMore = true; hasMore; ) {
      const known = this.#replica.tasks;
      const page = await this.#transport.listChanges(since);
      page.items.forEach((change) => ("task" in change ? tasks.set(change.task.id, change.task) : tasks.delete(change.deleted.id)));
      // what was sent meanwhile may have been confirmed after the page was made
      [since, hasMore] = [page.next, page.has_more || this.#replica.tasks !== known];
    }
    await this.#commit({ tasks: [...tasks.values()], token: since, isComplete: true });
  }
}

function toCommit(changes: readonly TaskChange[]): Commit {
  return {
    tasks: changes.flatMap((change) => ("task" in change ? [change.task] : [])),
    deleted: changes.flatMap((change) => ("deleted" in change ? [change.deleted] : [])),
  };
}
