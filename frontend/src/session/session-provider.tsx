// Who is signed in, for the whole app: the way in that AUTH_MODE chose, and the keeper of its token.
"use client";

import { createContext, useContext, useSyncExternalStore, type ReactNode } from "react";
import { connectApi } from "@/lib/api";
import { loadTokenSource } from "@/lib/auth-modes";
import type { TokenSource } from "@/lib/auth-modes/auth-adapter";
import type { PublicSettings } from "@/lib/settings";
import type { User } from "@/lib/token/claims";
import { TokenKeeper } from "@/lib/token/token-manager";
import { Tabs } from "@/lib/token/tab-channel";
import { Unfinished } from "./pending-work";

type Auth = { source: () => Promise<TokenSource>; keeper: TokenKeeper; unfinished: Unfinished };

const AuthContext = createContext<Auth | null>(null);

export function SessionProvider({ settings, children }: { settings: PublicSettings; children: ReactNode }) {
  const auth = typeof window === "undefined" ? null : (opened ??= open(settings));
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>;
}

// one for the page: what is rendered while scripts are still on their way is thrown away and rendered again, hundreds of times
let opened: Auth | undefined;

function open({ authMode, apiUrl }: PublicSettings): Auth {
  const source = () => loadTokenSource(authMode);
  const tabs = new Tabs(new BroadcastChannel("taskbridge"), navigator.locks);
  const keeper = new TokenKeeper(async () => (await source()).fetchToken(), tabs);
  connectApi(apiUrl, keeper);
  const unfinished = new Unfinished(new BroadcastChannel("taskbridge-unfinished"), navigator.locks);
  return { source, keeper, unfinished };
}

export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error("there is no session while the server renders");
  return auth;
}

const nothing = () => () => {};

/** The user: null for nobody, undefined while it is not known. */
export function useMaybeUser(): User | null | undefined {
  const keeper = useContext(AuthContext)?.keeper;
  return useSyncExternalStore(
    keeper?.subscribe ?? nothing,
    () => keeper?.user,
    () => undefined,
  );
}

const UserContext = createContext<User | null>(null);

export const UserProvider = UserContext.Provider;

/** The user, on the pages that only the signed-in see. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("nobody is signed in");
  return user;
}
