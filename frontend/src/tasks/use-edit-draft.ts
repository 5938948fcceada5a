// The editing of a task: what is typed, and what it is typed over. Only what is changed here is sent.
"use client";

import type { Task } from "@/client";
import { listDrafts } from "@/lib/drafts";
import { draftFromTask, toTaskPatch, rebase, type Draft } from "./task-draft";
import { usePersistedDraft } from "./use-persisted-draft";

type Edit = { before: Task; draft: Draft };

const editPrefix = "edit.";

/** The tasks that were being edited when the page was left. */
export function loadStoredEdits(userId: string): Task[] {
  return listDrafts<Edit>(userId, editPrefix).map(({ before }) => before);
}

export function useEditDraft(task: Task) {
  const { value, latest, save, discard } = usePersistedDraft<Edit>(editPrefix + task.id, (kept) => restoreEdit(task, kept));
  return {
    draft: value.draft,
    change: (to: Partial<Draft>) => save({ ...latest.current, draft: { ...latest.current.draft, ...to } }),
    toPatch: () => toTaskPatch(latest.current.before, latest.current.draft),
    /** Calls `done` when what is saved is all that was typed; otherwise the rest goes on. */
    trackSave: (done: () => void) => {
      const sent = latest.current.draft;
      return (saved: Task) => {
        if (latest.current.draft === sent) return done();
        save({ before: saved, draft: rebase(latest.current.draft, sent, draftFromTask(saved)) });
      };
    },
    discard,
  };
}

/** What was typed over an earlier state of the task is now typed over the present one. */
function restoreEdit(task: Task, kept: Edit | null): Edit {
  return { before: task, draft: kept ? rebase(kept.draft, draftFromTask(kept.before), draftFromTask(task)) : draftFromTask(task) };
}
