// The tabs of one browser: what one has, all have, and one at a time fetches.

export type CachedToken = { token: string; refreshAt: number };

type Message = { kind: "ask" } | { kind: "answer" | "token"; held: CachedToken | null } | { kind: "clear" };

const tokenLockName = "taskbridge-token";
const presenceLockName = "taskbridge-tab";
// a tab that sleeps does not answer
const responseTimeoutMs = 1_000;

export class TabChannel {
  readonly #channel: BroadcastChannel;
  readonly #locks: LockManager | undefined;
  #lastRun: Promise<unknown> = Promise.resolve();
  #pendingRequests = new Set<(held: CachedToken | null) => void>();

  /** Without locks (a page that is not secure) every tab fetches for itself when nobody answers in time. */
  constructor(channel: BroadcastChannel, locks: LockManager | undefined) {
    this.#channel = channel;
    this.#locks = locks;
    void locks?.request(presenceLockName, { mode: "shared" }, () => new Promise(() => {}));
  }

  listen(on: { asked: () => CachedToken | null; token: (held: CachedToken) => void; cleared: () => void }): void {
    this.#channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      if (data.kind === "ask") this.#post({ kind: "answer", held: on.asked() });
      if (data.kind === "clear") on.cleared();
      if (data.kind === "token" && data.held) on.token(data.held);
      if (data.kind === "answer") this.#pendingRequests.forEach((answer) => answer(data.held));
    });
  }

  share(held: CachedToken): void {
    this.#post({ kind: "token", held });
  }

  clear(): void {
    this.#post({ kind: "clear" });
  }

  /** Runs while nothing else does here; without locks that holds within each tab. */
  async runExclusive<T>(run: () => Promise<T>): Promise<T> {
    if (this.#locks) return await this.#locks.request(tokenLockName, run);
    const result = this.#lastRun.then(run, run);
    this.#lastRun = result;
    return result;
  }

  /** A token that another tab has and that will do, if there is one. */
  async requestToken(isUsable: (held: CachedToken) => boolean): Promise<CachedToken | null> {
    let pendingCount = await this.#countOtherTabs();
    if (pendingCount === 0) return null;
    return new Promise((resolve) => {
      const settle = (held: CachedToken | null) => {
        clearTimeout(timer);
        this.#pendingRequests.delete(handleResponse);
        resolve(held);
      };
      const handleResponse = (held: CachedToken | null) => {
        pendingCount -= 1;
        if (held && isUsable(held)) settle(held);
        else if (pendingCount === 0) settle(null);
      };
      const timer = setTimeout(settle, responseTimeoutMs, null);
      this.#pendingRequests.add(handleResponse);
      this.#post({ kind: "ask" });
    });
  }

  /** How many other tabs are open; where that is not known, more than will answer. */
  async #countOtherTabs(): Promise<number> {
    if (!this.#locks) return Infinity;
    const { held } = await this.#locks.query();
    const open = (held ?? []).filter(({ name }) => name === presenceLockName).length;
    return Math.max(0, open - 1);
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
