// Keeps one user's tasks here and at the service the same. All tabs share a database; one of them talks to the service.
import { Subscribable } from "@/lib/subscribable";
import type { Database } from "./database";
import { LeaderElection } from "./leader-election";
import type { Operation } from "./operations";
import { Replica, type Commit } from "./replica";
import type { SyncStatus } from "./sync-status";
import { Synchronizer } from "./synchronizer";
import type { Message, TabChannel } from "./tab-channel";
import type { Transport } from "./transport";

type OpenDatabase = Pick<Database, "read" | "write" | "close">;

export type SyncEnvironment = {
  transport: Transport;
  openChannel: () => TabChannel;
  /** Undefined in insecure contexts: then this tab shares nothing with others. */
  locks: LockManager | undefined;
  lockName: string;
  openDatabase: () => Promise<OpenDatabase>;
  /** A leader that does not respond for so long is suspended. */
  leaderTimeoutMs: number;
};

export class TaskSync extends Subscribable {
  readonly replica = new Replica();
  #status: SyncStatus = { failure: null };
  #database: OpenDatabase | null = null;
  #channel: TabChannel | null = null;
  #stopped = new AbortController();
  #takeOverTimer: ReturnType<typeof setTimeout> | undefined;
  #onFlushed = new Set<() => void>();
  #loaded: Promise<void> = Promise.resolve();
  readonly #environment: SyncEnvironment;
  readonly #election: LeaderElection | null;
  readonly #synchronizer: Synchronizer;

  constructor(environment: SyncEnvironment) {
    super();
    this.#environment = environment;
    const { transport, locks, lockName } = environment;
    this.#synchronizer = new Synchronizer({
      replica: this.replica,
      transport,
      commit: (commit) => this.commit(commit),
      onStatus: (status) => this.#shareStatus(status),
    });
    this.#election = locks ? new LeaderElection(locks, lockName, (signal) => this.#runAsLeader(signal)) : null;
  }

  get status(): SyncStatus {
    return this.#status;
  }

  /** Runs until `stop`. */
  start(): void {
    this.#stopped = new AbortController();
    if (!this.#election) return void this.#synchronizer.run(this.#stopped.signal);
    this.#channel = this.#environment.openChannel();
    this.#channel.addEventListener("message", ({ data }: MessageEvent<Message>) => this.#receive(data));
    this.#loaded = this.#load();
    this.#election.start();
    this.#post({ kind: "ping" });
  }

  stop(): void {
    this.#stopped.abort();
    this.#election?.stop();
    clearTimeout(this.#takeOverTimer);
    this.#channel?.close();
    this.#channel = null;
    this.#database?.close();
    this.#database = null;
  }

  /** Shows, stores and sends operations of the user. `settled` are operations that they replace. */
  enqueue(operations: readonly Operation[], settled: readonly string[] = []): void {
    void this.commit({ operations, settled });
    if (!this.#isLeading) this.#expectLeader();
  }

  /** Applies a change here, in the database and in the other tabs. */
  async commit(commit: Commit): Promise<void> {
    const effective = this.replica.apply(commit);
    // a change of the stored tasks may end a conflict
    if (this.replica.pendingCount > 0 && this.#isLeading) this.#synchronizer.requestPush();
    if (!this.#database) await this.#loaded;
    // both start at once, because the page may be closing; transactions run in the order of their creation, in all tabs
    const written = this.#database?.write(effective);
    // not only what is new here: another tab may have missed the rest
    this.#post({ kind: "commit", commit });
    // if the browser refuses to store it, the change lasts as long as the page
    await written?.catch(() => {});
  }

  /** The network may be back, or the user returned to the page. */
  wake(): void {
    this.#synchronizer.wake();
    this.#post({ kind: "wake" });
    this.#expectLeader();
  }

  /** The network is lost. */
  disconnect(): void {
    this.#synchronizer.disconnect();
  }

  /** Sends what can be sent now, in whatever tab, and returns what is left. */
  async flush(timeoutMs: number): Promise<readonly Operation[]> {
    if (this.replica.operations.length === 0) return [];
    const isFlushed = this.#isLeading ? this.#synchronizer.push().catch(() => {}) : this.#askLeaderToFlush();
    await Promise.race([isFlushed, new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
    return this.replica.operations;
  }

  get #isLeading(): boolean {
    return this.#election?.isLeader ?? true;
  }

  async #load(): Promise<void> {
    const stopped = this.#stopped.signal;
    this.#database = null;
    try {
      const database = await this.#environment.openDatabase();
      await this.#read(database);
      if (stopped.aborted) return database.close();
      // last, so that changes that wait for it are stored in their order
      this.#database = database;
    } catch {
      // storage is blocked
    }
  }

  async #read(database: OpenDatabase): Promise<void> {
    this.replica.load(await database.read());
    // the tab that stored the operations may have been closed before it told the leader
    this.#announceOperations();
  }

  async #runAsLeader(signal: AbortSignal): Promise<void> {
    await this.#loaded;
    // the previous leader may have stored more than it announced
    if (this.#database) await this.#read(this.#database).catch(() => {});
    this.#post({ kind: "leader" });
    await this.#synchronizer.run(signal);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case "commit":
        return this.#receiveCommit(message.commit);
      case "leader":
        return this.#announceOperations();
      case "resync":
        if (this.#isLeading) this.#post({ kind: "snapshot", snapshot: this.replica.snapshot });
        return;
      case "snapshot":
        if (!this.#isLeading) this.replica.replace(message.snapshot);
        return;
      case "status":
        clearTimeout(this.#takeOverTimer);
        this.#takeOverTimer = undefined;
        return this.#setStatus(message.status);
      case "ping":
        if (this.#isLeading) this.#post({ kind: "status", status: this.#status });
        return;
      case "wake":
        return this.#synchronizer.wake();
      case "flush":
        if (this.#isLeading) void this.#synchronizer.push().catch(() => {}).then(() => this.#post({ kind: "flushed" }));
        return;
      case "flushed":
        this.#onFlushed.forEach((resolve) => resolve());
        return this.#onFlushed.clear();
    }
  }

  #announceOperations(): void {
    const { operations } = this.replica;
    if (operations.length > 0) this.#post({ kind: "commit", commit: { operations } });
  }

  #receiveCommit(commit: Commit): void {
    // the previous leader may have been closed before it told all
    if (this.replica.misses(commit)) this.#post({ kind: "resync" });
    this.replica.apply(commit);
    if (this.#isLeading) this.#handleOperations(commit.operations ?? []);
  }

  #handleOperations(operations: readonly Operation[]): void {
    if (operations.length > 0) this.#synchronizer.requestPush();
    // a tab that was opened meanwhile may have read what was settled since
    const settled = operations.map(({ id }) => id).filter((id) => this.replica.isSettled(id));
    if (settled.length > 0) void this.commit({ settled });
  }

  #expectLeader(): void {
    if (this.#isLeading || this.#takeOverTimer !== undefined) return;
    this.#post({ kind: "ping" });
    this.#takeOverTimer = setTimeout(() => {
      this.#takeOverTimer = undefined;
      this.#election?.takeOver();
    }, this.#environment.leaderTimeoutMs);
  }

  #askLeaderToFlush(): Promise<void> {
    this.#post({ kind: "flush" });
    return new Promise((resolve) => this.#onFlushed.add(resolve));
  }

  #shareStatus(status: SyncStatus): void {
    this.#setStatus(status);
    this.#post({ kind: "status", status });
  }

  #setStatus(status: SyncStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.notify();
  }

  #post(message: Message): void {
    this.#channel?.postMessage(message);
  }
}
