// The tasks that are open in an editor; after a reload, those with unsaved input.
"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import { useTasks } from "@/sync/hooks";
import { useKnownUser } from "@/session/session-provider";
import type { ShownTask } from "@/sync/replica";
import { listEdits } from "./edit-drafts";

export type OpenEditors = ReturnType<typeof useOpenEditors>;

export function useOpenEditors() {
  const userId = useKnownUser()?.id;
  const { tasks } = useTasks();
  const [owner, setOwner] = useState<string>();
  const [openIds, setOpenIds] = useState<readonly string[]>([]);
  const [lastSeen, setLastSeen] = useState<ReadonlyMap<string, ShownTask>>(new Map());

  if (userId !== owner) {
    setOwner(userId);
    setOpenIds(userId ? listEdits(userId) : []);
  }

  const open = useMemo(() => {
    const byId = new Map(tasks.map((task) => [task.id, task]));
    return openIds.flatMap((id) => {
      const task = byId.get(id);
      return task ? [{ task, isDeleted: false }] : lastSeen.has(id) ? [{ task: lastSeen.get(id)!, isDeleted: true }] : [];
    });
  }, [tasks, openIds, lastSeen]);

  // a task that is deleted elsewhere keeps its editor
  useEffect(() => {
    const seen = open.filter(({ isDeleted, task }) => !isDeleted && lastSeen.get(task.id) !== task);
    // eslint-disable-next-line react-hooks/set-state-in-effect
    if (seen.length > 0) setLastSeen((known) => new Map([...known, ...seen.map(({ task }) => [task.id, task] as const)]));
  }, [open, lastSeen]);

  const edit = useCallback((id: string) => setOpenIds((others) => (others.includes(id) ? others : [...others, id])), []);
  const close = useCallback((id: string) => setOpenIds((others) => others.filter((other) => other !== id)), []);
  return { open, isOpen: (id: string) => openIds.includes(id), edit, close };
}
