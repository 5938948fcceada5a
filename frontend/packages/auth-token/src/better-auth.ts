// A plugin for Better Auth's client: an access token for an API beside Better Auth.
import type { User } from "./claims.js";
import { createTokenManager, type TokenNames } from "./create-token-manager.js";
import { createTokenFetch, type Send, type TokenFetch } from "./fetch-with-token.js";
import type { TokenManager } from "./token-manager.js";

export type ApiTokenOptions = TokenNames & {
  /** The API for `apiToken.fetch`. Default: the origin of the page. */
  apiUrl?: string;
  /** The route that issues tokens, below the client's base URL. */
  tokenPath?: string;
  /** Further paths of the auth server that change the session, for example of your own plugins. */
  sessionPaths?: string[];
  /** Sends the requests of `apiToken.fetch`. */
  send?: Send;
};

export type ApiToken = {
  /** Returns the access token, or null if nobody is signed in. */
  get: () => Promise<string | null>;
  /** `fetch` with the access token, for the API at `apiUrl` only. */
  fetch: TokenFetch;
  /** The user in the token: null for nobody, undefined while unknown. */
  user: () => User | null | undefined;
  /** Calls `listener` when the user changes. Returns a function that ends the subscription. */
  subscribe: (listener: () => void) => () => void;
  /** Discards the token in every tab: call it when a sign-in by redirect has returned to the page. */
  clear: () => void;
};

/** Better Auth's `authClient.$fetch`. */
export type AuthFetch = (path: string) => Promise<unknown>;

type FetchImplementation = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
type FetchOptions = { customFetchImpl?: FetchImplementation };

// Requests after which an earlier token may belong to an ended session or state outdated claims: a path includes those below it.
const sessionPaths = [
  ...["/sign-in", "/sign-up", "/sign-out", "/update-user", "/delete-user", "/change-email", "/change-password", "/verify-email"],
  ...["/revoke-session", "/revoke-sessions", "/two-factor", "/passkey/verify-authentication", "/phone-number/verify"],
  ...["/multi-session", "/organization/set-active", "/admin/impersonate-user", "/admin/stop-impersonating", "/one-tap/callback"],
];

/** `createAuthClient({ plugins: [apiToken()] })` adds `authClient.apiToken`. */
export function apiToken(options: ApiTokenOptions = {}) {
  let tokenManager: TokenManager | undefined;
  let fetchToken = async (): Promise<string | null> => null;
  // created on first use, because clients are created during server rendering too
  const manager = () => (tokenManager ??= createTokenManager({ ...options, fetchToken: () => fetchToken() }));

  return {
    id: "api-token" as const,
    fetchPlugins: [{ id: "api-token", name: "API token", init: excludeTokenRequests(manager, options.sessionPaths) }],
    getActions: ($fetch: AuthFetch): { apiToken: ApiToken } => {
      fetchToken = () => requestToken($fetch, options.tokenPath);
      return { apiToken: createActions(manager, options) };
    },
  };
}

/** Requests a token from the token route: null on 401. Other errors are thrown, because they say nothing about the session. */
export async function requestToken($fetch: AuthFetch, path = "/token"): Promise<string | null> {
  const { data, error } = (await $fetch(path)) as TokenResponse;
  if (data) return data.token;
  if (error?.status === 401) return null;
  throw new Error(`no token: ${error?.status} ${error?.statusText}`);
}

type TokenResponse = { data: { token: string } | null; error: { status: number; statusText: string } | null };

function createActions(manager: () => TokenManager, { apiUrl = "/", send }: ApiTokenOptions): ApiToken {
  return {
    get: () => manager().get(),
    fetch: (input, init) => createTokenFetch(manager(), apiUrl, send)(input, init),
    user: () => manager().user,
    subscribe: (listener) => manager().subscribe(listener),
    clear: () => manager().clear(),
  };
}

/** While a request changes the session, no tab requests a token; if it succeeds, every tab discards its token. */
function excludeTokenRequests(manager: () => TokenManager, furtherPaths: string[] = []) {
  const paths = [...sessionPaths, ...furtherPaths];
  const changesSession = (url: string) => paths.some((path) => url === path || url.startsWith(`${path}/`));
  return async (url: string, options: FetchOptions = {}): Promise<{ url: string; options: FetchOptions }> => {
    if (typeof window === "undefined" || !changesSession(url)) return { url, options };
    const send: FetchImplementation = options.customFetchImpl ?? fetch;
    // assigned, not copied: Better Auth's clients up to 1.5 discard the options that a plugin returns if another plugin follows
    options.customFetchImpl = (input, init) => manager().runExclusive(() => send(input, init), ({ ok }) => ok);
    return { url, options };
  };
}
