// Provides the user's outbox and pending deletions.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useAuth, useUser } from "@/session/session-provider";
import { PendingDeletions, type Deletion } from "./pending-deletions";
import { Outbox, type UnsentTask } from "./outbox";

type TaskMutations = { deletions: PendingDeletions; outbox: Outbox };

const TaskMutationsContext = createContext<TaskMutations | null>(null);

export function TaskMutationsProvider({ children }: { children: ReactNode }) {
  const user = useUser();
  return (
    <UserTaskMutationsProvider key={user.id} userId={user.id}>
      {children}
    </UserTaskMutationsProvider>
  );
}

function UserTaskMutationsProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const queryClient = useQueryClient();
  const { pendingWork } = useAuth();
  const [mutations] = useState(() => ({
    deletions: new PendingDeletions(queryClient, userId, pendingWork),
    outbox: new Outbox(queryClient, userId, pendingWork),
  }));
  useEffect(() => {
    const flushDeletions = () => void mutations.deletions.flush();
    window.addEventListener("pagehide", flushDeletions);
    const removeWarning = pendingWork.addWarning(async () => mutations.outbox.unsentWarning);
    return () => {
      window.removeEventListener("pagehide", flushDeletions);
      removeWarning();
    };
  }, [mutations, pendingWork]);
  return <TaskMutationsContext.Provider value={mutations}>{children}</TaskMutationsContext.Provider>;
}

function useTaskMutations(): TaskMutations {
  const mutations = useContext(TaskMutationsContext);
  if (!mutations) throw new Error("useTaskMutations must be used inside TaskMutationsProvider");
  return mutations;
}

export function useDeletion(id: string): { deletion: Deletion | undefined; schedule: () => void; undo: () => void } {
  const { deletions } = useTaskMutations();
  const deletion = useSyncExternalStore(deletions.subscribe, () => deletions.get(id));
  return { deletion, schedule: () => deletions.schedule(id), undo: () => deletions.undo(id) };
}

export function useOutbox(): { outbox: Outbox; unsent: readonly UnsentTask[] } {
  const { outbox } = useTaskMutations();
  return { outbox, unsent: useSyncExternalStore(outbox.subscribe, () => outbox.unsent) };
}
