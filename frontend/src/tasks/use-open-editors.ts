// The tasks that are open for editing, whether the list still has them or not.
"use client";

import { useState } from "react";
import type { Task } from "@/client";
import { useUser } from "@/session/session-provider";
import { loadStoredEdits } from "./use-edit-draft";

export function useOpenEditors() {
  const user = useUser();
  const [open, setOpen] = useState<readonly Task[]>(() => loadStoredEdits(user.id));
  return {
    isOpen: (id: string) => open.some((task) => task.id === id),
    edit: (task: Task) => setOpen((others) => [...others, task]),
    close: (id: string) => setOpen((others) => others.filter((task) => task.id !== id)),
    /** Those that the list does not have come first: nobody who edits a task loses it from sight. */
    withOpenTasks: (tasks: readonly Task[]) => [...open.filter(({ id }) => !tasks.some((task) => task.id === id)), ...tasks],
  };
}
