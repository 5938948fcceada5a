// The tabs of one browser: what one has, all have, and one at a time fetches.

export type Held = { token: string; renewAt: number };

type Message = { kind: "ask" } | { kind: "token"; held: Held } | { kind: "clear" };

const lockName = "taskbridge-token";
const presenceName = "taskbridge-tab";
const patience = 150;

export class Tabs {
  readonly #channel: BroadcastChannel;
  readonly #locks: LockManager | undefined;
  #answers = new Set<(held: Held) => void>();

  /** Without locks (a page that is not secure) every tab fetches for itself when nobody answers in time. */
  constructor(channel: BroadcastChannel, locks: LockManager | undefined) {
    this.#channel = channel;
    this.#locks = locks;
    void locks?.request(presenceName, { mode: "shared" }, () => new Promise(() => {}));
  }

  listen(on: { asked: () => Held | null; token: (held: Held) => void; cleared: () => void }): void {
    this.#channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
      if (data.kind === "ask") this.#tell(on.asked());
      if (data.kind === "clear") on.cleared();
      if (data.kind === "token") {
        on.token(data.held);
        this.#answers.forEach((answer) => answer(data.held));
      }
    });
  }

  share(held: Held): void {
    this.#tell(held);
  }

  clear(): void {
    this.#post({ kind: "clear" });
  }

  /** Runs while no other tab runs it. */
  async alone<T>(run: () => Promise<T>): Promise<T> {
    return this.#locks ? await this.#locks.request(lockName, run) : run();
  }

  /** A token that another tab has and that will do, if there is one. */
  async ask(willDo: (held: Held) => boolean): Promise<Held | null> {
    if (!(await this.#hasOthers())) return null;
    return new Promise((resolve) => {
      const done = (held: Held | null) => {
        clearTimeout(timer);
        this.#answers.delete(answer);
        resolve(held);
      };
      const answer = (held: Held) => willDo(held) && done(held);
      const timer = setTimeout(done, patience, null);
      this.#answers.add(answer);
      this.#post({ kind: "ask" });
    });
  }

  async #hasOthers(): Promise<boolean> {
    if (!this.#locks) return true;
    const { held } = await this.#locks.query();
    return (held ?? []).filter(({ name }) => name === presenceName).length > 1;
  }

  #tell(held: Held | null): void {
    if (held) this.#post({ kind: "token", held });
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
