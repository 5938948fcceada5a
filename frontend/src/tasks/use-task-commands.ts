// What users do with tasks, each with a message that offers to undo it.
"use client";

import { useMemo } from "react";
import { useTranslations } from "use-intl";
import type { Task, TaskInput, TaskPatch } from "@/client";
import { showToast } from "@/components/toaster";
import { useTaskActions } from "@/sync/hooks";
import type { Undoable } from "@/sync/task-actions";

let lastUndo: (() => void) | null = null;

/** Undoes the last command of this tab, once. */
export function undoLast(): void {
  lastUndo?.();
}

export type TaskCommands = ReturnType<typeof useTaskCommands>;

export function useTaskCommands() {
  const actions = useTaskActions();
  const t = useTranslations("toasts");
  return useMemo(() => {
    const offerUndo = (message: string, { undo }: Undoable) => {
      const undoOnce = () => {
        if (lastUndo === undoOnce) lastUndo = null;
        undo();
      };
      lastUndo = undoOnce;
      void showToast((toast) => toast(message, { action: { label: t("undo"), onClick: undoOnce } }));
    };
    const nameOf = (tasks: readonly Task[]) => ({ count: tasks.length, title: tasks[0]?.title ?? "" });
    const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id);

    return {
      create: (input: TaskInput) => actions?.create(input),
      update: (task: Task, patch: TaskPatch) => {
        if (actions && Object.keys(patch).length > 0) offerUndo(t("saved", nameOf([{ ...task, title: patch.title ?? task.title }])), actions.update(task.id, patch));
      },
      updateMany: (tasks: readonly Task[], patch: TaskPatch) => {
        if (actions && tasks.length > 0) offerUndo(t("saved", nameOf(tasks)), actions.updateMany(idsOf(tasks), patch));
      },
      complete: (tasks: readonly Task[], completed: boolean) => {
        if (actions && tasks.length > 0) offerUndo(t(completed ? "completed" : "reopened", nameOf(tasks)), actions.completeMany(idsOf(tasks), completed));
      },
      remove: (tasks: readonly Task[]) => {
        if (actions && tasks.length > 0) offerUndo(t("deleted", nameOf(tasks)), actions.removeMany(idsOf(tasks)));
      },
      restore: (tasks: readonly Task[]) => {
        if (actions && tasks.length > 0) offerUndo(t("restored", nameOf(tasks)), actions.restoreMany(tasks));
      },
    };
  }, [actions, t]);
}
