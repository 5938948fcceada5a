// Manages the access token: caches it in memory until shortly before it expires, deduplicates requests, shares it between
// tabs, replaces it when the service rejects it, and discards it on sign-in and sign-out.
import { tokenLifetimeMs, userFromToken, type User } from "./claims.js";
import type { CachedToken, TabChannel } from "./tab-channel.js";

const maxRefreshMarginMs = 60_000;

export class TokenManager {
  #cached: CachedToken | null = null;
  #rejected: string | null = null;
  #pending: Promise<string | null> | null = null;
  #generation = 0;
  #user: User | null | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #fetchToken: () => Promise<string | null>;
  readonly #channel: TabChannel;

  /** `fetchToken` returns null if nobody is signed in. */
  constructor(fetchToken: () => Promise<string | null>, channel: TabChannel) {
    this.#fetchToken = fetchToken;
    this.#channel = channel;
    channel.listen({
      onRequest: () => (this.#isUsable(this.#cached) ? this.#cached : null),
      // ignored without a cached token: it may be a late message from before a sign-out
      onToken: (shared) => this.#cached && this.#isUsable(shared) && this.#storeOrReset(shared),
      onClear: () => this.#reset(),
    });
  }

  /** Returns the token, or null if nobody is signed in. */
  async get(): Promise<string | null> {
    const cached = this.#cached;
    if (this.#isUsable(cached)) return cached.token;
    this.#pending ??= this.#refresh();
    return this.#pending;
  }

  /** Returns a token other than the rejected one. */
  replace(rejected: string): Promise<string | null> {
    this.#rejected = rejected;
    return this.get();
  }

  /** Returns the cached token without a request. */
  peek(): string | null {
    return this.#cached?.token ?? null;
  }

  /**
   * Runs a sign-in or sign-out while no tab fetches a token, then discards the token in every tab if `isDone`.
   * `run` must not request a token.
   */
  runExclusive<T>(run: () => Promise<T>, isDone: (result: T) => boolean = () => true): Promise<T> {
    return this.#channel.runExclusive(async () => {
      const result = await run();
      if (isDone(result)) this.clear();
      return result;
    });
  }

  /** Discards the token in every tab, for example when a sign-in by redirect returns to the page. */
  clear(): void {
    this.#reset();
    this.#channel.clear();
  }

  /** Calls `listener` when `user` changes. Returns a function that ends the subscription. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The signed-in user: null for nobody, undefined while unknown. */
  get user(): User | null | undefined {
    return this.#user;
  }

  #refresh(): Promise<string | null> {
    const generation = this.#generation;
    const pending = this.#channel.runExclusive(() => this.#fetchUnlessShared(generation));
    const clearPending = () => {
      if (this.#pending === pending) this.#pending = null;
    };
    pending.then(clearPending, clearPending);
    return pending;
  }

  async #fetchUnlessShared(generation: number): Promise<string | null> {
    if (generation !== this.#generation) return null;
    const shared = await this.#tokenFromOtherTab();
    const token = shared?.token ?? (await this.#fetchToken());
    if (generation !== this.#generation) return null;
    if (token !== null && this.#isOtherUser(token)) {
      this.clear();
      return null;
    }
    if (token === null) this.#setUser(null);
    else if (shared) this.#store(shared);
    else this.#storeAndShare(token);
    return token;
  }

  /** Returns a token that another tab fetched in the meantime. */
  async #tokenFromOtherTab(): Promise<CachedToken | null> {
    return this.#isUsable(this.#cached) ? this.#cached : this.#channel.requestToken((shared) => this.#isUsable(shared));
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

  #storeOrReset(shared: CachedToken): void {
    if (this.#isOtherUser(shared.token)) this.#reset();
    else this.#store(shared);
  }

  #isOtherUser(token: string): boolean {
    return Boolean(this.#user) && userFromToken(token).id !== this.#user?.id;
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
    this.#listeners.forEach((listener) => listener());
  }
}
