// Provides the auth adapter, the token manager and the current user.
"use client";

import { createTokenManager, type TokenManager, type User } from "@taskbridge/auth-token";
import { createContext, useContext, useSyncExternalStore, type ReactNode } from "react";
import { configureApi } from "@/lib/api";
import { adapterLoader } from "@/lib/auth-modes";
import type { AuthAdapter } from "@/lib/auth-modes/auth-adapter";
import { tokenFetcher } from "@/lib/auth-modes/fetch-token";
import type { PublicSettings } from "@/lib/settings";
import { PendingWork } from "./pending-work";
import { getRememberedUser, isRemembered } from "./remembered-user";

type Auth = { loadAdapter: () => Promise<AuthAdapter>; tokenManager: TokenManager; pendingWork: PendingWork };

const AuthContext = createContext<Auth | null>(null);

export function SessionProvider({ settings, children }: { settings: PublicSettings; children: ReactNode }) {
  const auth = typeof window === "undefined" ? null : (pageAuth ??= createAuth(settings));
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>;
}

// one per page: React may discard and repeat renders while scripts load
let pageAuth: Auth | undefined;

function createAuth(settings: PublicSettings): Auth {
  const loadAdapter = adapterLoader(settings);
  const tokenManager = createTokenManager({ fetchToken: tokenFetcher(settings), channelName: "taskbridge" });
  configureApi(settings.apiUrl, tokenManager);
  const pendingWork = new PendingWork(new BroadcastChannel("taskbridge-pending-work"), navigator.locks);
  return { loadAdapter, tokenManager, pendingWork };
}

export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error("useAuth is not available during server rendering");
  return auth;
}

/** Null during server rendering. */
export function useBrowserAuth(): Auth | null {
  return useContext(AuthContext);
}

const subscribeToNothing = () => () => {};

/** The user; null if nobody is signed in, undefined while unknown. */
export function useOptionalUser(): User | null | undefined {
  const tokenManager = useContext(AuthContext)?.tokenManager;
  return useSyncExternalStore(
    tokenManager?.subscribe ?? subscribeToNothing,
    () => tokenManager?.user,
    () => undefined,
  );
}

/** The user; while unknown, the one who was signed in last. Null if there is none, undefined during server rendering. */
export function useExpectedUser(): User | null | undefined {
  const tokenManager = useContext(AuthContext)?.tokenManager;
  return useSyncExternalStore(
    tokenManager?.subscribe ?? subscribeToNothing,
    () => expectedUser(tokenManager?.user),
    () => undefined,
  );
}

/** The remembered user is the same object before and after the session is confirmed: the page need not render again. */
function expectedUser(user: User | null | undefined): User | null {
  return user === undefined || isRemembered(user) ? getRememberedUser() : user;
}

const UserContext = createContext<User | null>(null);

export const UserProvider = UserContext.Provider;

/** The user, on pages inside AuthGuard. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("useUser must be used inside AuthGuard");
  return user;
}

/** The user; null while unknown, also during server rendering. */
export function useKnownUser(): User | null {
  return useContext(UserContext);
}
