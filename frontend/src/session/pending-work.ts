// What a tab has begun and not finished. Before a sign-out every tab finishes it, while there still is a token.

/** Says what could not be done, or null. */
type Finish = () => Promise<string | null>;

const lockName = "taskbridge-unfinished";
// a tab that sleeps does not finish
const patience = 5_000;

export class Unfinished {
  readonly #channel: BroadcastChannel;
  readonly #locks: LockManager | undefined;
  #finishes = new Set<Finish>();

  constructor(channel: BroadcastChannel, locks: LockManager | undefined) {
    this.#channel = channel;
    this.#locks = locks;
    channel.addEventListener("message", () => void this.#finishHere());
  }

  /** Begins something: `finish` is called before a sign-out, unless the function that is returned was called. */
  begin(finish: Finish): () => void {
    this.#finishes.add(finish);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    void this.#locks?.request(lockName, { mode: "shared" }, () => released);
    return () => {
      this.#finishes.delete(finish);
      release();
    };
  }

  /** What is not under way, and gone after a sign-out: `word` says so then, until the function that is returned is called. */
  remind(word: () => string | null): () => void {
    const finish: Finish = async () => word();
    this.#finishes.add(finish);
    return () => void this.#finishes.delete(finish);
  }

  /** Something that ends by itself; `undone` says that it failed. */
  async during<T>(run: Promise<T>, undone: string): Promise<T> {
    const end = this.begin(() => run.then(() => null, () => undone));
    return run.finally(end);
  }

  /** Finishes what is begun in any tab, and says what of this one could not be done. */
  async finish(): Promise<string[]> {
    this.#channel.postMessage("finish");
    const [undone] = await Promise.all([this.#finishHere(), this.#allFinished()]);
    return undone;
  }

  /** The lock is granted when no tab has anything left. */
  async #allFinished(): Promise<void> {
    await this.#locks?.request(lockName, { signal: AbortSignal.timeout(patience) }, async () => {}).catch(() => {});
  }

  async #finishHere(): Promise<string[]> {
    const words = await Promise.all([...this.#finishes].map((finish) => finish()));
    return words.filter((word) => word !== null);
  }
}
