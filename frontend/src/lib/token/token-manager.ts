// The life of the token: kept until shortly before it expires, fetched by one request at a time, shared between tabs,
// replaced once when the service refuses it, forgotten when somebody signs in or out. It is in memory only.
import { Subscribable } from "../subscribable";
import { lifetimeOf, userOf, type User } from "./claims";
import type { Held, Tabs } from "./tab-channel";

const longestMargin = 60_000;

export class TokenKeeper extends Subscribable {
  #held: Held | null = null;
  #refused: string | null = null;
  #pending: Promise<string | null> | null = null;
  #signIns = 0;
  #user: User | null | undefined;
  readonly #fetchToken: () => Promise<string | null>;
  readonly #tabs: Tabs;

  /** `fetchToken` answers null where nobody is signed in. */
  constructor(fetchToken: () => Promise<string | null>, tabs: Tabs) {
    super();
    this.#fetchToken = fetchToken;
    this.#tabs = tabs;
    tabs.listen({
      asked: () => (this.#willDo(this.#held) ? this.#held : null),
      // only in the place of another: what comes late after a sign-out is not taken up
      token: (held) => this.#held && this.#willDo(held) && (this.#isOfAnother(held.token) ? this.#forget() : this.#keep(held)),
      cleared: () => this.#forget(),
    });
  }

  /** The token to send, or null where nobody is signed in. */
  async get(): Promise<string | null> {
    const held = this.#held;
    if (this.#willDo(held)) return held.token;
    this.#pending ??= this.#renew();
    return this.#pending;
  }

  /** Another token than the one that was refused. */
  replace(refused: string): Promise<string | null> {
    this.#refused = refused;
    return this.get();
  }

  /** What is held now, without a request. */
  peek(): string | null {
    return this.#held?.token ?? null;
  }

  /** Runs what signs somebody in or out while no tab fetches a token: one that came late would be of the user before.
   *  Once it is done the token is forgotten in every tab. `run` must not ask for one. */
  handOver<T>(run: () => Promise<T>, isDone: (result: T) => boolean = () => true): Promise<T> {
    return this.#tabs.alone(async () => {
      const result = await run();
      if (isDone(result)) {
        this.#forget();
        this.#tabs.clear();
      }
      return result;
    });
  }

  /** Who is signed in: null for nobody, undefined while that is not known. */
  get user(): User | null | undefined {
    return this.#user;
  }

  #renew(): Promise<string | null> {
    const signIn = this.#signIns;
    const pending = this.#tabs.alone(() => this.#fetchUnlessShared(signIn));
    const done = () => {
      if (this.#pending === pending) this.#pending = null;
    };
    pending.then(done, done);
    return pending;
  }

  async #fetchUnlessShared(signIn: number): Promise<string | null> {
    if (signIn !== this.#signIns) return null;
    const shared = await this.#heldElsewhere();
    const token = shared?.token ?? (await this.#fetchToken());
    if (signIn !== this.#signIns) return null;
    if (token !== null && this.#isOfAnother(token)) return this.#makeWay();
    if (token === null) this.#setUser(null);
    else if (shared) this.#keep(shared);
    else this.#keepAndShare(token);
    return token;
  }

  /** What another tab fetched meanwhile, whether it told of it or has to be asked. */
  async #heldElsewhere(): Promise<Held | null> {
    return this.#willDo(this.#held) ? this.#held : this.#tabs.ask((held) => this.#willDo(held));
  }

  #keepAndShare(token: string): void {
    const now = Date.now();
    const lifetime = lifetimeOf(token, now);
    const held = { token, renewAt: now + lifetime - Math.min(longestMargin, lifetime / 10) };
    this.#keep(held);
    this.#tabs.share(held);
  }

  #keep(held: Held): void {
    this.#held = held;
    this.#refused = null;
    const user = userOf(held.token);
    if (JSON.stringify(user) !== JSON.stringify(this.#user)) this.#setUser(user);
  }

  #isOfAnother(token: string): boolean {
    return Boolean(this.#user) && userOf(token).id !== this.#user?.id;
  }

  /** Somebody else signed in, and no tab said so: what is being asked for is not theirs. */
  #makeWay(): null {
    this.#forget();
    this.#tabs.clear();
    return null;
  }

  #willDo(held: Held | null): held is Held {
    return held !== null && held.token !== this.#refused && Date.now() < held.renewAt;
  }

  #forget(): void {
    this.#signIns += 1;
    this.#held = null;
    this.#refused = null;
    this.#pending = null;
    this.#setUser(undefined);
  }

  #setUser(user: User | null | undefined): void {
    this.#user = user;
    this.tell();
  }
}
