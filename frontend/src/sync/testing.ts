// Test doubles: a service in memory, and browsers with several tabs.
import type { BatchOperation, BatchResult, Task, TaskChange, TaskChangePage, TaskInput } from "@/client";
import { Database } from "./database";
import type { DeletedTask } from "./replica";
import type { TabChannel } from "./tab-channel";
import { TaskActions } from "./task-actions";
import { TaskSync } from "./task-sync";
import type { ChangeEvent, StreamListener, Transport } from "./transport";

type Row = { task: Task; isDeleted: boolean; isPurged: boolean };

export class FakeService {
  requests: string[] = [];
  pageSize = 3;
  /** Requests and streams do not outlive a restore. */
  restoreCount = 0;
  #revision = 0;
  #rows = new Map<string, Row>();
  #epoch = 0;
  /** Events of a batch in progress. */
  #held: ChangeEvent[] | null = null;
  #subscribers = new Map<(events: ChangeEvent[]) => void, () => void>();

  /** The tasks that exist, by id. */
  get tasks(): Task[] {
    return [...this.#rows.values()].filter(({ isDeleted }) => !isDeleted).map(({ task }) => task);
  }

  /** All earlier tokens expire. */
  expireTokens(): void {
    this.#epoch += 1;
  }

  /** Returns a function that brings the present state back, as from a backup: revisions are used again, all tokens expire, streams end. */
  backUp(): () => void {
    const [rows, revision] = [new Map(this.#rows), this.#revision];
    return () => {
      [this.#rows, this.#revision] = [new Map(rows), revision];
      this.expireTokens();
      this.restoreCount += 1;
      this.#subscribers.forEach((end) => end());
      this.#subscribers.clear();
    };
  }

  create(id: string, input: TaskInput): Task {
    if (this.#rows.has(id)) throw problem(412);
    if (input.title.trim() === "") throw problem(422);
    const times = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", completed_at: null, deleted_at: null };
    const defaults = { description: null, completed: false, priority: "none" as const, due_at: null, tags: [] };
    return this.#write({ id, user_id: "ann", revision: 0, ...times, ...defaults, ...input });
  }

  read(id: string): Task {
    const row = this.#rows.get(id);
    if (!row || row.isDeleted) throw problem(404);
    return row.task;
  }

  update(id: string, patch: Partial<TaskInput>, revision?: number): Task {
    const task = this.read(id);
    if (revision !== undefined && task.revision !== revision) throw problem(412);
    if (patch.title?.trim() === "") throw problem(422);
    return this.#write({ ...task, ...patch });
  }

  delete(id: string): void {
    this.#write(this.read(id), { isDeleted: true });
  }

  restore(id: string): Task {
    const row = this.#rows.get(id);
    if (!row?.isDeleted || row.isPurged) throw problem(404);
    return this.#write(row.task);
  }

  purge(id: string): void {
    const row = this.#rows.get(id);
    if (!row || row.isPurged) throw problem(404);
    this.#write(row.task, { isDeleted: true, isPurged: true });
  }

  batch(operations: readonly BatchOperation[]): BatchResult[] {
    const [rows, revision] = [new Map(this.#rows), this.#revision];
    this.#held = [];
    try {
      return operations.map((operation, index) => this.#runInBatch(operation, index));
    } catch (error) {
      [this.#rows, this.#revision, this.#held] = [rows, revision, []];
      throw error;
    } finally {
      const events = this.#held;
      this.#held = null;
      if (events.length > 0) this.#announce(events);
    }
  }

  listChanges(since: string | null): TaskChangePage {
    const [epoch, revision] = since === null ? [this.#epoch, 0] : since.split(".").map(Number);
    if (epoch !== this.#epoch) throw problem(410);
    const listed = [...this.#rows.values()].filter(({ isDeleted }) => since !== null || !isDeleted);
    const changes = listed.filter(({ task }) => task.revision > revision!).sort((left, right) => left.task.revision - right.task.revision);
    const page = changes.slice(0, this.pageSize);
    return { items: page.map(toChange), next: this.#token(page.at(-1)?.task.revision ?? revision!), has_more: changes.length > page.length };
  }

  subscribe(since: string, listener: (events: ChangeEvent[]) => void, end: () => void): () => void {
    for (let token = since, hasMore = true; hasMore; ) {
      const page = this.listChanges(token);
      if (page.items.length > 0) listener(page.items.map((change) => ({ change, token: page.next })));
      [token, hasMore] = [page.next, page.has_more];
    }
    this.#subscribers.set(listener, end);
    return () => this.#subscribers.delete(listener);
  }

  #runInBatch(operation: BatchOperation, index: number): BatchResult {
    try {
      if (operation.op === "create") return this.create(operation.id!, operation.task);
      if (operation.op === "update") return this.update(operation.id, operation.task, operation.if_match);
      if (operation.op === "restore") return this.restore(operation.id);
      this.delete(operation.id);
      return { deleted: { id: operation.id, revision: this.#revision } };
    } catch (error) {
      throw { ...(error as object), errors: [{ pointer: `/operations/${index}`, detail: "failed" }] };
    }
  }

  #announce(events: ChangeEvent[]): void {
    if (this.#held) this.#held.push(...events);
    else this.#subscribers.forEach((_, listener) => listener(events));
  }

  #write(task: Task, { isDeleted = false, isPurged = false } = {}): Task {
    const row = { task: { ...task, revision: ++this.#revision }, isDeleted, isPurged };
    this.#rows.set(task.id, row);
    this.#announce([{ change: toChange(row), token: this.#token(row.task.revision) }]);
    return row.task;
  }

  #token(revision: number): string {
    return `${this.#epoch}.${revision}`;
  }
}

function toChange({ task, isDeleted }: Row): TaskChange {
  const deleted: DeletedTask = { id: task.id, revision: task.revision };
  return isDeleted ? { deleted } : { task };
}

export function problem(status: number) {
  return { type: "/problems/test", title: "Test", status, detail: `status ${status}`, instance: "1" };
}

/** A network between a browser and the service. */
export class FakeNetwork {
  isOnline = true;
  /** Open streams stay open, but nothing arrives. */
  isSilent = false;
  /** The share of requests that are lost, half of them after the service handled them. */
  lossRate = 0;
  readonly #service: FakeService;
  readonly #random: () => number;

  constructor(service: FakeService, random: () => number = Math.random) {
    this.#service = service;
    this.#random = random;
  }

  get transport(): Transport {
    const service = this.#service;
    return {
      create: (id, input) => this.#request("create", () => service.create(id, input)),
      read: (id) => this.#request("read", () => service.read(id)),
      update: (id, patch, revision) => this.#request("update", () => service.update(id, patch, revision)),
      delete: (id) => this.#request("delete", () => service.delete(id)),
      restore: (id) => this.#request("restore", () => service.restore(id)),
      purge: (id) => this.#request("purge", () => service.purge(id)),
      batch: (operations) => this.#request("batch", () => service.batch(operations)),
      listChanges: (since) => this.#request("listChanges", () => service.listChanges(since)),
      streamEvents: (since, listener, signal) => this.#stream(since, listener, signal),
    };
  }

  async #request<T>(name: string, run: () => T): Promise<T> {
    await this.#delay();
    this.#requireConnection(this.#random() < this.lossRate / 2);
    this.#service.requests.push(name);
    const { restoreCount } = this.#service;
    const result = run();
    await this.#delay();
    this.#requireConnection(this.#random() < this.lossRate / 2 || restoreCount < this.#service.restoreCount);
    return structuredClone(result);
  }

  async #stream(since: string, { onEvents, onActivity }: StreamListener, signal: AbortSignal): Promise<void> {
    await this.#delay();
    this.#requireConnection(false);
    let fail = () => {};
    const failed = new Promise<void>((resolve) => (fail = resolve));
    const receive = (events: ChangeEvent[]) => {
      if (!this.isOnline) return fail();
      if (this.isSilent) return;
      onActivity();
      onEvents(structuredClone(events));
    };
    const unsubscribe = this.#service.subscribe(since, receive, () => fail());
    signal.addEventListener("abort", () => fail());
    if (!signal.aborted) await failed;
    unsubscribe();
  }

  #requireConnection(isLost: boolean): void {
    if (!this.isOnline || isLost) throw new TypeError("Failed to fetch");
  }

  #delay(): Promise<void> {
    return new Promise((resolve) => (this.#random() < 0.5 ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
}

export class FakeBrowser {
  readonly network: FakeNetwork;
  readonly locks = new FakeLocks();
  readonly name = crypto.randomUUID();
  tabs: FakeTab[] = [];

  constructor(service: FakeService, random?: () => number) {
    this.network = new FakeNetwork(service, random);
  }

  openTab(): FakeTab {
    let isSuspended = false;
    const sync = new TaskSync({
      transport: suspendable(this.network.transport, () => isSuspended),
      openChannel: () => suspendableChannel(this.name, () => isSuspended),
      locks: this.locks as unknown as LockManager,
      lockName: this.name,
      openDatabase: () => Database.open(this.name),
      leaderTimeoutMs: 500,
    });
    sync.start();
    const suspend = () => void (isSuspended = true);
    const tab = { sync, actions: new TaskActions(sync, "ann"), suspend };
    this.tabs.push(tab);
    return tab;
  }

  closeTab(tab: FakeTab): void {
    tab.sync.stop();
    this.tabs = this.tabs.filter((other) => other !== tab);
  }

  goOffline(): void {
    this.network.isOnline = false;
    this.tabs.forEach(({ sync }) => sync.disconnect());
  }

  goOnline(): void {
    this.network.isOnline = true;
    this.tabs.forEach(({ sync }) => sync.wake());
  }

  close(): void {
    this.tabs.forEach(({ sync }) => sync.stop());
    this.tabs = [];
  }
}

/** A suspended tab keeps its lock, but does nothing. */
export type FakeTab = { sync: TaskSync; actions: TaskActions; suspend: () => void };

function suspendable(transport: Transport, isSuspended: () => boolean): Transport {
  return new Proxy(transport, {
    get: (target, name: keyof Transport) => (isSuspended() ? () => new Promise(() => {}) : target[name]),
  });
}

function suspendableChannel(name: string, isSuspended: () => boolean): TabChannel {
  const channel = new BroadcastChannel(name);
  return {
    postMessage: (message: unknown) => isSuspended() || channel.postMessage(message),
    addEventListener: (type: string, listener: (event: MessageEvent) => void) =>
      channel.addEventListener(type, (event) => isSuspended() || listener(event as MessageEvent)),
    close: () => channel.close(),
  } as TabChannel;
}

type Held = { reject: (reason: unknown) => void };
type Waiting = { start: () => void };

/** Implements the used subset of the Web Locks API for one exclusive lock. */
class FakeLocks {
  #held: Held | null = null;
  #waiting: Waiting[] = [];

  request<T>(_name: string, { signal, steal }: LockOptions, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = () => {
        const held = { reject };
        this.#held = held;
        run().then(resolve, reject).finally(() => this.#release(held));
      };
      const waiting = { start };
      signal?.addEventListener("abort", () => {
        if (!this.#waiting.includes(waiting)) return;
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      });
      if (steal) {
        this.#held?.reject(new DOMException("stolen", "AbortError"));
        start();
      } else if (this.#held) this.#waiting.push(waiting);
      else start();
    });
  }

  #release(held: Held): void {
    if (this.#held !== held) return;
    this.#held = null;
    this.#waiting.shift()?.start();
  }
}
