// The tabs of one browser: what one has, all have, and one at a time fetches.

export type Held = { token: string; renewAt: number };

type Message = { kind: "ask" } | { kind: "answer" | "token"; held: Held | null } | { kind: "clear" };

const lockName = "taskbridge-token";
const presenceName = "taskbridge-tab";
// a tab that sleeps does not answer
const patience = 1_000;

export class Tabs {
  readonly #channel: BroadcastChannel;
  readonly #locks: LockManager | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #answers = new Set<(held: Held | null) => void>();

  /** Without locks (a page that is not secure) every tab fetches for itself when nobody answers in time. */
  constructor(channel: BroadcastChannel, locks: LockManager | undefined) {
    this.#channel = channel;
    this.#locks = locks;
    void locks?.request(presenceName, { mode: "shared" }, () => new Promise(() => {}));
  }

  listen(on: { asked: () => Held | null; token: (held: Held) => void; cleared: () => void }): void {
    this.#channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      if (data.kind === "ask") this.#post({ kind: "answer", held: on.asked() });
      if (data.kind === "clear") on.cleared();
      if (data.kind === "token" && data.held) on.token(data.held);
      if (data.kind === "answer") this.#answers.forEach((answer) => answer(data.held));
    });
  }

  share(held: Held): void {
    this.#post({ kind: "token", held });
  }

  clear(): void {
    this.#post({ kind: "clear" });
  }

  /** Runs while nothing else does here; without locks that holds within each tab. */
  async alone<T>(run: () => Promise<T>): Promise<T> {
    if (this.#locks) return await this.#locks.request(lockName, run);
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }

  /** A token that another tab has and that will do, if there is one. */
  async ask(willDo: (held: Held) => boolean): Promise<Held | null> {
    let awaited = await this.#others();
    if (awaited === 0) return null;
    return new Promise((resolve) => {
      const done = (held: Held | null) => {
        clearTimeout(timer);
        this.#answers.delete(answer);
        resolve(held);
      };
      const answer = (held: Held | null) => {
        awaited -= 1;
        if (held && willDo(held)) done(held);
        else if (awaited === 0) done(null);
      };
      const timer = setTimeout(done, patience, null);
      this.#answers.add(answer);
      this.#post({ kind: "ask" });
    });
  }

  /** How many other tabs are open; where that is not known, more than will answer. */
  async #others(): Promise<number> {
    if (!this.#locks) return Infinity;
    const { held } = await this.#locks.query();
    const open = (held ?? []).filter(({ name }) => name === presenceName).length;
    return Math.max(0, open - 1);
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
