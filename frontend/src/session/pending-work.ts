// Tracks unfinished work in all tabs. A sign-out flushes it first, while a token is still available.

/** Finishes the work. Resolves to a warning if that failed, else to null. */
type Flush = () => Promise<string | null>;

const pendingWorkLockName = "taskbridge-pending-work";
// background tabs may be frozen
const flushTimeoutMs = 5_000;

export class PendingWork {
  readonly #channel: BroadcastChannel;
  readonly #locks: LockManager | undefined;
  #flushes = new Set<Flush>();

  constructor(channel: BroadcastChannel, locks: LockManager | undefined) {
    this.#channel = channel;
    this.#locks = locks;
    channel.addEventListener("message", () => void this.#flushThisTab());
  }

  /** Registers work; `flush` is called before a sign-out. Returns a function that unregisters it. */
  register(flush: Flush): () => void {
    this.#flushes.add(flush);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    void this.#locks?.request(pendingWorkLockName, { mode: "shared" }, () => released);
    return () => {
      this.#flushes.delete(flush);
      release();
    };
  }

  /** Registers a warning to show after a sign-out. Returns a function that removes it. */
  addWarning(getWarning: () => Promise<string | null>): () => void {
    const flush: Flush = () => getWarning();
    this.#flushes.add(flush);
    return () => void this.#flushes.delete(flush);
  }

  /** Tracks a promise; `warning` is shown if it rejects during a sign-out. */
  async track<T>(promise: Promise<T>, warning: string): Promise<T> {
    const unregister = this.register(() => promise.then(() => null, () => warning));
    return promise.finally(unregister);
  }

  /** Flushes the work of all tabs. Resolves to the warnings of this tab. */
  async flush(): Promise<string[]> {
    this.#channel.postMessage("flush");
    const [warnings] = await Promise.all([this.#flushThisTab(), this.#waitForOtherTabs()]);
    return warnings;
  }

  /** The exclusive lock is granted once no tab holds a shared one. */
  async #waitForOtherTabs(): Promise<void> {
    await this.#locks?.request(pendingWorkLockName, { signal: AbortSignal.timeout(flushTimeoutMs) }, async () => {}).catch(() => {});
  }

  async #flushThisTab(): Promise<string[]> {
    const results = await Promise.all([...this.#flushes].map((flush) => flush()));
    return results.filter((warning) => warning !== null);
  }
}
