// Shares the token between tabs and ensures that one tab at a time fetches it (BroadcastChannel and Web Locks).

export type CachedToken = { token: string; refreshAt: number };

type Message = { kind: "request" } | { kind: "response" | "token"; cached: CachedToken | null } | { kind: "clear" };

type Handlers = { onRequest: () => CachedToken | null; onToken: (shared: CachedToken) => void; onClear: () => void };

export type TabChannelOptions = {
  channel: BroadcastChannel;
  /** Undefined in insecure contexts: then tabs may fetch concurrently. */
  locks: LockManager | undefined;
  /** Held while a token is fetched, and during sign-in and sign-out. */
  tokenLockName: string;
  /** Held in shared mode by every tab: the number of holders is the number of tabs. */
  tabLockName: string;
};

// background tabs may be frozen and never respond
const responseTimeoutMs = 1_000;

export class TabChannel {
  readonly #channel: BroadcastChannel;
  readonly #locks: LockManager | undefined;
  readonly #tokenLockName: string;
  readonly #tabLockName: string;
  #lastRun: Promise<unknown> = Promise.resolve();
  #pendingRequests = new Set<(response: CachedToken | null) => void>();

  constructor({ channel, locks, tokenLockName, tabLockName }: TabChannelOptions) {
    this.#channel = channel;
    this.#locks = locks;
    this.#tokenLockName = tokenLockName;
    this.#tabLockName = tabLockName;
    void locks?.request(tabLockName, { mode: "shared" }, () => new Promise(() => {}));
  }

  listen({ onRequest, onToken, onClear }: Handlers): void {
    this.#channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      if (data.kind === "request") this.#post({ kind: "response", cached: onRequest() });
      if (data.kind === "clear") onClear();
      if (data.kind === "token" && data.cached) onToken(data.cached);
      if (data.kind === "response") this.#pendingRequests.forEach((handleResponse) => handleResponse(data.cached));
    });
  }

  share(cached: CachedToken): void {
    this.#post({ kind: "token", cached });
  }

  clear(): void {
    this.#post({ kind: "clear" });
  }

  /** Holds the token lock while `run` runs. Without Web Locks, exclusive within this tab only. */
  async runExclusive<T>(run: () => Promise<T>): Promise<T> {
    if (this.#locks) return await this.#locks.request(this.#tokenLockName, run);
    const result = this.#lastRun.then(run, run);
    this.#lastRun = result;
    return result;
  }

  /** Asks the other tabs for a usable token. */
  async requestToken(isUsable: (shared: CachedToken) => boolean): Promise<CachedToken | null> {
    let pendingCount = await this.#countOtherTabs();
    if (pendingCount === 0) return null;
    return new Promise((resolve) => {
      const settle = (response: CachedToken | null) => {
        clearTimeout(timer);
        this.#pendingRequests.delete(handleResponse);
        resolve(response);
      };
      const handleResponse = (response: CachedToken | null) => {
        pendingCount -= 1;
        if (response && isUsable(response)) settle(response);
        else if (pendingCount === 0) settle(null);
      };
      const timer = setTimeout(settle, responseTimeoutMs, null);
      this.#pendingRequests.add(handleResponse);
      this.#post({ kind: "request" });
    });
  }

  /** Infinity if unknown, so that the request ends by its timeout. */
  async #countOtherTabs(): Promise<number> {
    if (!this.#locks) return Infinity;
    const { held } = await this.#locks.query();
    const openTabs = (held ?? []).filter(({ name }) => name === this.#tabLockName).length;
    return Math.max(0, openTabs - 1);
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
