// Provides the synchronization of the user's tasks.
"use client";

import { createContext, useContext, useEffect, useMemo, type ReactNode } from "react";
import { useAuth, useKnownUser } from "@/session/session-provider";
import { Database, deleteDatabases } from "./database";
import { createHttpTransport } from "./http-transport";
import { channelName } from "./tab-channel";
import { TaskActions } from "./task-actions";
import { TaskSync } from "./task-sync";
import { usePendingOperations } from "./use-pending-operations";

type Sync = { sync: TaskSync; actions: TaskActions };

const SyncContext = createContext<Sync | null>(null);

/** Before the user is known, it provides nothing: the same tree renders the shell. */
export function SyncProvider({ children }: { children: ReactNode }) {
  const userId = useKnownUser()?.id;
  const value = useMemo(() => (userId ? createSync(userId) : null), [userId]);
  return (
    <SyncContext.Provider value={value}>
      {value && userId ? <Synchronization key={userId} sync={value.sync} userId={userId} /> : null}
      {children}
    </SyncContext.Provider>
  );
}

function Synchronization({ sync, userId }: { sync: TaskSync; userId: string }) {
  useEffect(() => {
    sync.start();
    return () => sync.stop();
  }, [sync]);
  useNetworkEvents(sync);
  useClearedData(userId);
  usePendingOperations(sync);
  return null;
}

function createSync(userId: string): Sync {
  const sync = new TaskSync({
    transport: createHttpTransport(userId),
    openChannel: () => new BroadcastChannel(channelName(userId)),
    locks: navigator.locks,
    lockName: channelName(userId),
    openDatabase: () => Database.open(userId),
    leaderTimeoutMs: 3_000,
  });
  return { sync, actions: new TaskActions(sync, userId) };
}

function useNetworkEvents(sync: TaskSync): void {
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    const wakeIfVisible = () => document.visibilityState === "visible" && sync.wake();
    window.addEventListener("online", () => sync.wake(), { signal });
    window.addEventListener("offline", () => sync.disconnect(), { signal });
    window.addEventListener("focus", () => sync.wake(), { signal });
    document.addEventListener("visibilitychange", wakeIfVisible, { signal });
    return () => ended.abort();
  }, [sync]);
}

/** Deletes other users' data; and this user's, except unsent operations, if the session ends. */
function useClearedData(userId: string): void {
  const { tokenManager } = useAuth();
  useEffect(() => {
    void deleteDatabases(userId).catch(() => {});
    return tokenManager.subscribe(() => {
      if (tokenManager.user === null) void clearTasks(userId).catch(() => {});
    });
  }, [userId, tokenManager]);
}

async function clearTasks(userId: string): Promise<void> {
  const database = await Database.open(userId);
  await database.clearTasks();
  database.close();
}

/** Null before the user is known. */
export function useSync(): Sync | null {
  return useContext(SyncContext);
}
