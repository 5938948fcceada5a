// The user's tasks, as components see them. Before the user is known, they are loading.
"use client";

import { useMemo, useSyncExternalStore } from "react";
import { useOnline } from "@/lib/use-online";
import type { Failure } from "@/lib/problem";
import type { Conflict } from "./merge";
import type { Replica, ShownTask } from "./replica";
import { useSync } from "./sync-provider";
import type { TaskActions } from "./task-actions";

export type TasksState = {
  /** All of the user's tasks, in no particular order. The array is replaced by every change, a task only if it changes itself. */
  tasks: readonly ShownTask[];
  /** No tasks are known yet, not even from an earlier visit. */
  isLoading: boolean;
};

const nothing: readonly never[] = [];
const subscribeToNothing = () => () => {};

function useReplica<T>(read: (replica: Replica) => T, unknown: T): T {
  const replica = useSync()?.sync.replica;
  const getSnapshot = () => (replica ? read(replica) : unknown);
  return useSyncExternalStore(replica?.subscribe ?? subscribeToNothing, getSnapshot, () => unknown);
}

export function useTasks(): TasksState {
  const tasks = useReplica<readonly ShownTask[]>((replica) => replica.tasks, nothing);
  const isLoading = useReplica((replica) => !replica.isLoaded, true);
  return useMemo(() => ({ tasks, isLoading }), [tasks, isLoading]);
}

export function useTask(id: string): ShownTask | undefined {
  return useReplica<ShownTask | undefined>((replica) => replica.shown(id), undefined);
}

/** The functions are the same in every render. Null before the user is known. */
export function useTaskActions(): TaskActions | null {
  return useSync()?.actions ?? null;
}

export type SyncState = {
  /** The browser has no network, or the service does not answer. */
  isOffline: boolean;
  /** Why the last request failed; null if it succeeded. */
  syncError: Failure | null;
  /** Number of tasks with changes that are not saved at the service. */
  pendingCount: number;
};

export function useSyncState(): SyncState {
  const sync = useSync()?.sync;
  const isOnline = useOnline();
  const failure = useSyncExternalStore(
    sync?.subscribe ?? subscribeToNothing,
    () => sync?.status.failure ?? null,
    () => null,
  );
  const pendingCount = useReplica((replica) => replica.pendingCount, 0);
  return { isOffline: !isOnline || failure?.status === 0, syncError: failure, pendingCount };
}

/** Edits that another device's edits contradict. */
export function useConflicts(): readonly Conflict[] {
  return useReplica<readonly Conflict[]>((replica) => replica.conflicts, nothing);
}
