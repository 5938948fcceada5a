import { TabChannel } from "./tab-channel.js";
import { TokenManager } from "./token-manager.js";

export type TokenNames = {
  /** The BroadcastChannel between the tabs. Apps on one origin with different tokens need different names. */
  channelName?: string;
  /** The Web Lock held while a token is fetched, and during sign-in and sign-out. Default: the channel's name with `-token`. */
  tokenLockName?: string;
  /** The Web Lock that every tab holds. Default: the channel's name with `-tab`. */
  tabLockName?: string;
};

export type TokenManagerOptions = TokenNames & {
  /** Fetches an access token; returns null if nobody is signed in, and throws if that is unknown. */
  fetchToken: () => Promise<string | null>;
};

/** Creates the token manager of this page. Call it in the browser, once per page. */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const { fetchToken, channelName = "auth-token" } = options;
  const { tokenLockName = `${channelName}-token`, tabLockName = `${channelName}-tab` } = options;
  const channel = new BroadcastChannel(channelName);
  return new TokenManager(fetchToken, new TabChannel({ channel, locks: navigator.locks, tokenLockName, tabLockName }));
}
