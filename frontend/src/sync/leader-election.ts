// Elects the tab that talks to the service. Its lock passes on when the tab is closed.

/** Resolves after `signal` has aborted. */
type RunAsLeader = (signal: AbortSignal) => Promise<void>;

export class LeaderElection {
  readonly #locks: LockManager;
  readonly #name: string;
  readonly #runAsLeader: RunAsLeader;
  #stopped = new AbortController();
  #isLeader = false;

  constructor(locks: LockManager, name: string, runAsLeader: RunAsLeader) {
    this.#locks = locks;
    this.#name = name;
    this.#runAsLeader = runAsLeader;
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Leads as soon as no other tab does. */
  start(): void {
    this.#stopped = new AbortController();
    void this.#request({ signal: this.#stopped.signal });
  }

  /** Replaces a leader that does not respond: a browser may suspend background tabs. */
  takeOver(): void {
    if (!this.#isLeader && !this.#stopped.signal.aborted) void this.#request({ steal: true });
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #request(options: LockOptions): Promise<void> {
    const stopped = this.#stopped.signal;
    const lost = new AbortController();
    try {
      await this.#locks.request(this.#name, options, async () => {
        if (stopped.aborted || this.#isLeader) return;
        this.#isLeader = true;
        await this.#runAsLeader(AbortSignal.any([stopped, lost.signal]));
      });
    } catch {
      // stopped, or another tab took over
      lost.abort();
    }
    this.#isLeader = false;
    if (lost.signal.aborted && !stopped.aborted) void this.#request({ signal: stopped });
  }
}
