// The tasks that are open in an editor.
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
    /** Prepends open tasks that the list no longer contains, so that no editor disappears. */
    withOpenTasks: (tasks: readonly Task[]) => [...open.filter(({ id }) => !tasks.some((task) => task.id === id)), ...tasks],
  };
}
