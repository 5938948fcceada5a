// The life of the token: kept until shortly before it expires, fetched by one request at a time, shared between tabs,
// replaced once when the service refuses it, forgotten when somebody signs in or out. It is in memory only.
import { Subscribable } from "../subscribable";
import { tokenLifetimeMs, userFromToken, type User } from "./claims";
import type { CachedToken, TabChannel } from "./tab-channel";

const maxRefreshMarginMs = 60_000;

export class TokenManager extends Subscribable {
  #cached: CachedToken | null = null;
  #rejected: string | null = null;
  #pending: Promise<string | null> | null = null;
  #generation = 0;
  #user: User | null | undefined;
  readonly #fetchToken: () => Promise<string | null>;
  readonly #channel: TabChannel;

  /** `fetchToken` answers null where nobody is signed in. */
  constructor(fetchToken: () => Promise<string | null>, tabs: TabChannel) {
    super();
    this.#fetchToken = fetchToken;
    this.#channel = tabs;
    tabs.listen({
      asked: () => (this.#isUsable(this.#cached) ? this.#cached : null),
      // only in the place of another: what comes late after a sign-out is not taken up
      token: (held) => this.#cached && this.#isUsable(held) && (this.#isOtherUser(held.token) ? this.#reset() : this.#store(held)),
      cleared: () => this.#reset(),
    });
  }

  /** The token to send, or null where nobody is signed in. */
  async get(): Promise<string | null> {
    const cached = this.#cached;
    if (this.#isUsable(cached)) return cached.token;
    this.#pending ??= this.#refresh();
    return this.#pending;
  }

  /** Another token than the one that was refused. */
  replace(rejected: string): Promise<string | null> {
    this.#rejected = rejected;
    return this.get();
  }

  /** What is held now, without a request. */
  peek(): string | null {
    return this.#cached?.token ?? null;
  }

  /** Runs what signs somebody in or out while no tab fetches a token: one that came late would be of the user before.
   *  Once it is done the token is forgotten in every tab. `run` must not ask for one. */
  runExclusive<T>(run: () => Promise<T>, isDone: (result: T) => boolean = () => true): Promise<T> {
    return this.#channel.runExclusive(async () => {
      const result = await run();
      if (isDone(result)) {
        this.#reset();
        this.#channel.clear();
      }
      return result;
    });
  }

  /** Who is signed in: null for nobody, undefined while that is not known. */
  get user(): User | null | undefined {
    return this.#user;
  }

  #refresh(): Promise<string | null> {
    const generation = this.#generation;
    const pending = this.#channel.runExclusive(() => this.#fetchUnlessShared(generation));
    const done = () => {
      if (this.#pending === pending) this.#pending = null;
    };
    pending.then(done, done);
    return pending;
  }

  async #fetchUnlessShared(generation: number): Promise<string | null> {
    if (generation !== this.#generation) return null;
    const shared = await this.#tokenFromOtherTab();
    const token = shared?.token ?? (await this.#fetchToken());
    if (generation !== this.#generation) return null;
    if (token !== null && this.#isOtherUser(token)) return this.#resetAllTabs();
    if (token === null) this.#setUser(null);
    else if (shared) this.#store(shared);
    else this.#storeAndShare(token);
    return token;
  }

  /** What another tab fetched meanwhile, whether it told of it or has to be asked. */
  async #tokenFromOtherTab(): Promise<CachedToken | null> {
    return this.#isUsable(this.#cached) ? this.#cached : this.#channel.requestToken((held) => this.#isUsable(held));
  }

  #storeAndShare(token: string): void {
    const now = Date.now();
    const lifetime = tokenLifetimeMs(token, now);
    const cached = { token, refreshAt: now + lifetime - Math.min(maxRefreshMarginMs, lifetime / 10) };
    this.#store(cached);
    this.#channel.share(cached);
  }

  #store(cached: CachedToken): void {
    this.#cached = cached;
    this.#rejected = null;
    const user = userFromToken(cached.token);
    if (JSON.stringify(user) !== JSON.stringify(this.#user)) this.#setUser(user);
  }

  #isOtherUser(token: string): boolean {
    return Boolean(this.#user) && userFromToken(token).id !== this.#user?.id;
  }

  /** Somebody else signed in, and no tab said so: what is being asked for is not theirs. */
  #resetAllTabs(): null {
    this.#reset();
    this.#channel.clear();
    return null;
  }

  #isUsable(cached: CachedToken | null): cached is CachedToken {
    return cached !== null && cached.token !== this.#rejected && Date.now() < cached.refreshAt;
  }

  #reset(): void {
    this.#generation += 1;
    this.#cached = null;
    this.#rejected = null;
    this.#pending = null;
    this.#setUser(undefined);
  }

  #setUser(user: User | null | undefined): void {
    this.#user = user;
    this.notify();
  }
}
