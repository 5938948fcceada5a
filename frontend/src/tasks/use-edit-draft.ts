// The draft of a task being edited, with the task it is based on. Only changed fields are sent.
"use client";

import type { Task } from "@/client";
import { listDrafts } from "@/lib/drafts";
import { draftFromTask, toTaskPatch, rebase, type Draft } from "./task-draft";
import { usePersistedDraft } from "./use-persisted-draft";

type Edit = { before: Task; draft: Draft };

const editPrefix = "edit.";

/** Tasks with a stored draft, for example after a reload. */
export function loadStoredEdits(userId: string): Task[] {
  return listDrafts<Edit>(userId, editPrefix).map(({ before }) => before);
}

export function useEditDraft(task: Task) {
  const { value, latest, save, discard } = usePersistedDraft<Edit>(editPrefix + task.id, (stored) => restoreEdit(task, stored));
  return {
    draft: value.draft,
    change: (to: Partial<Draft>) => save({ ...latest.current, draft: { ...latest.current.draft, ...to } }),
    toPatch: () => toTaskPatch(latest.current.before, latest.current.draft),
    /** Calls `done` if nothing was typed during the request; otherwise rebases the draft onto the saved task. */
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

/** Rebases a stored draft onto the current task. */
function restoreEdit(task: Task, stored: Edit | null): Edit {
  return { before: task, draft: stored ? rebase(stored.draft, draftFromTask(stored.before), draftFromTask(task)) : draftFromTask(task) };
}
