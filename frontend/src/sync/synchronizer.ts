// What the leading tab does: receives changes and sends operations, again and again, until another tab leads.
import { toFailure, type Failure } from "@/lib/problem";
import { Puller } from "./puller";
import { Pusher } from "./pusher";
import type { Commit, Replica } from "./replica";
import { RetryDelay } from "./retry-delay";
import type { SyncStatus } from "./sync-status";
import type { Transport } from "./transport";

/** A stream that ends sooner counts as a failure. */
const minStreamMs = 5_000;

/** The service sends a comment every 20 seconds. */
const maxQuietMs = 25_000;

type Options = {
  replica: Replica;
  transport: Transport;
  commit: (commit: Commit) => Promise<void>;
  onStatus: (status: SyncStatus) => void;
};

export class Synchronizer {
  readonly #pullDelay = new RetryDelay();
  readonly #pushDelay = new RetryDelay();
  readonly #puller: Puller;
  readonly #pusher: Pusher;
  readonly #onStatus: (status: SyncStatus) => void;
  /** Replaced each time the network is lost. */
  #connection = new AbortController();
  /** When something last arrived by the stream. */
  #activeAt = 0;
  #failures: Record<"pull" | "push", Failure | null> = { pull: null, push: null };
  #isRequested = false;
  #requestPush = () => {};

  constructor({ replica, transport, commit, onStatus }: Options) {
    this.#puller = new Puller(replica, transport, commit);
    this.#pusher = new Pusher(replica, transport, commit);
    this.#onStatus = onStatus;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#receive(signal), this.#send(signal)]);
  }

  /** There are operations to send. */
  requestPush(): void {
    this.#isRequested = true;
    this.#requestPush();
  }

  /** Ends waiting, because something suggests that the service can be reached. */
  wake(): void {
    this.#pullDelay.wake();
    this.#pushDelay.wake();
    // the computer may have slept, and the connection may be lost without an error
    if (Date.now() - this.#activeAt > maxQuietMs) this.disconnect();
  }

  /** Ends the event stream: without a network, it would fall silent without an error. */
  disconnect(): void {
    this.#connection.abort();
  }

  /** Sends everything that can be sent. Rejects at the first transient failure. */
  push(): Promise<void> {
    return this.#pusher.push();
  }

  async #receive(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#puller.pull();
        this.#setFailure("pull", null);
        this.requestPush();
        if (await this.#stream(signal)) this.#pullDelay.reset();
        else await this.#pullDelay.wait(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#setFailure("pull", error);
        await this.#pullDelay.wait(signal);
      }
    }
  }

  /** Resolves to whether the stream lasted. Its errors are not shown: the next pull says whether the service answers. */
  async #stream(signal: AbortSignal): Promise<boolean> {
    const startedAt = Date.now();
    const onActivity = () => void (this.#activeAt = Date.now());
    onActivity();
    this.#connection = new AbortController();
    await this.#puller.stream(onActivity, AbortSignal.any([signal, this.#connection.signal])).catch(() => {});
    return Date.now() - startedAt > minStreamMs;
  }

  async #send(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#waitForRequest(signal);
      try {
        await this.#pusher.push();
        this.#setFailure("push", null);
        this.#pushDelay.reset();
      } catch (error) {
        if (signal.aborted) return;
        this.#setFailure("push", error);
        await this.#pushDelay.wait(signal);
        this.#isRequested = true;
      }
    }
  }

  #setFailure(source: "pull" | "push", error: unknown): void {
    this.#failures[source] = error === null ? null : toFailure(error);
    this.#onStatus({ failure: this.#failures.pull ?? this.#failures.push });
  }

  async #waitForRequest(signal: AbortSignal): Promise<void> {
    if (!this.#isRequested && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#requestPush = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    this.#isRequested = false;
  }
}
