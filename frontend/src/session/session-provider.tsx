// Who is signed in, for the whole app: the way in that AUTH_MODE chose, and the tokenManager of its token.
"use client";

import { createContext, useContext, useSyncExternalStore, type ReactNode } from "react";
import { configureApi } from "@/lib/api";
import { loadAuthAdapter } from "@/lib/auth-modes";
import type { AuthAdapter } from "@/lib/auth-modes/auth-adapter";
import type { PublicSettings } from "@/lib/settings";
import type { User } from "@/lib/token/claims";
import { TokenManager } from "@/lib/token/token-manager";
import { TabChannel } from "@/lib/token/tab-channel";
import { PendingWork } from "./pending-work";

type Auth = { loadAdapter: () => Promise<AuthAdapter>; tokenManager: TokenManager; pendingWork: PendingWork };

const AuthContext = createContext<Auth | null>(null);

export function SessionProvider({ settings, children }: { settings: PublicSettings; children: ReactNode }) {
  const auth = typeof window === "undefined" ? null : (pageAuth ??= createAuth(settings));
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>;
}

// one for the page: what is rendered while scripts are still on their way is thrown away and rendered again, hundreds of times
let pageAuth: Auth | undefined;

function createAuth({ authMode, apiUrl }: PublicSettings): Auth {
  const loadAdapter = () => loadAuthAdapter(authMode);
  const tabs = new TabChannel(new BroadcastChannel("taskbridge"), navigator.locks);
  const tokenManager = new TokenManager(async () => (await loadAdapter()).fetchToken(), tabs);
  configureApi(apiUrl, tokenManager);
  const pendingWork = new PendingWork(new BroadcastChannel("taskbridge-unfinished"), navigator.locks);
  return { loadAdapter, tokenManager, pendingWork };
}

export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error("there is no session while the server renders");
  return auth;
}

const subscribeToNothing = () => () => {};

/** The user: null for nobody, undefined while it is not known. */
export function useOptionalUser(): User | null | undefined {
  const tokenManager = useContext(AuthContext)?.tokenManager;
  return useSyncExternalStore(
    tokenManager?.subscribe ?? subscribeToNothing,
    () => tokenManager?.user,
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
