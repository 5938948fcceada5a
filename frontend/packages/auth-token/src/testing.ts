// Test doubles for tabs and tokens, for the tests of this package and of apps. Node.js 22 has BroadcastChannel but no Web Locks.
import { TokenManager } from "./token-manager.js";
import { encodeBase64Url } from "./base64-url.js";
import { TabChannel } from "./tab-channel.js";

/** Implements the used subset of the Web Locks API. */
export class FakeLockManager {
  #queues = new Map<string, Promise<unknown>>();
  #sharedNames: string[] = [];

  async request<T>(name: string, first: object | (() => Promise<T>), second?: () => Promise<T>): Promise<T> {
    if (second) {
      this.#sharedNames.push(name);
      return second();
    }
    const run = first as () => Promise<T>;
    const result = (this.#queues.get(name) ?? Promise.resolve()).then(run, run);
    this.#queues.set(name, result);
    return result;
  }

  async query(): Promise<LockManagerSnapshot> {
    return { held: this.#sharedNames.map((name) => ({ name, mode: "shared" as const })), pending: [] };
  }
}

/** A token that no service accepts: its signature is random. */
export function createToken(claims: { sub?: string; name?: string; seconds?: number } = {}): string {
  const { sub = "ann", name = "Ann", seconds = 900 } = claims;
  const iat = Math.floor(Date.now() / 1000);
  const part = (value: object) => encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));
  return [part({ alg: "HS256" }), part({ sub, name, iat, exp: iat + seconds }), crypto.randomUUID()].join(".");
}

/** Simulates a browser with several tabs and counts token requests. */
export class FakeBrowser {
  fetches = 0;
  respond: () => Promise<string | null> = async () => createToken();
  #locks: LockManager | undefined = new FakeLockManager() as unknown as LockManager;
  #name = crypto.randomUUID();
  #channels: BroadcastChannel[] = [];

  disableLocks(): void {
    this.#locks = undefined;
  }

  openTab(): TokenManager {
    const channel = new BroadcastChannel(this.#name);
    this.#channels.push(channel);
    return new TokenManager(() => {
      this.fetches += 1;
      return this.respond();
    }, new TabChannel({ channel, locks: this.#locks, tokenLockName: "token", tabLockName: "tab" }));
  }

  close(): void {
    this.#channels.forEach((channel) => channel.close());
  }
}
