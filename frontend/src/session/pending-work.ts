// What a tab has begun and not finished. Before a sign-out every tab finishes it, while there still is a token.

/** Says what could not be done, or null. */
type Flush = () => Promise<string | null>;

const pendingWorkLockName = "taskbridge-unfinished";
// a tab that sleeps does not finish
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

  /** Begins something: `finish` is called before a sign-out, unless the function that is returned was called. */
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

  /** What is not under way, and gone after a sign-out: `word` says so then, until the function that is returned is called. */
  addWarning(word: () => string | null): () => void {
    const finish: Flush = async () => word();
    this.#flushes.add(finish);
    return () => void this.#flushes.delete(finish);
  }

  /** Something that ends by itself; `undone` says that it failed. */
  async track<T>(run: Promise<T>, undone: string): Promise<T> {
    const end = this.register(() => run.then(() => null, () => undone));
    return run.finally(end);
  }

  /** Finishes what is begun in any tab, and says what of this one could not be done. */
  async finish(): Promise<string[]> {
    this.#channel.postMessage("finish");
    const [undone] = await Promise.all([this.#flushThisTab(), this.#waitForOtherTabs()]);
    return undone;
  }

  /** The lock is granted when no tab has anything left. */
  async #waitForOtherTabs(): Promise<void> {
    await this.#locks?.request(pendingWorkLockName, { signal: AbortSignal.timeout(flushTimeoutMs) }, async () => {}).catch(() => {});
  }

  async #flushThisTab(): Promise<string[]> {
    const words = await Promise.all([...this.#flushes].map((finish) => finish()));
    return words.filter((word) => word !== null);
  }
}
