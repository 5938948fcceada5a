// The editing of a task: what is typed, and what it is typed over. Only what is changed here is sent.
"use client";

import type { Task } from "@/client";
import { draftsOf } from "@/lib/drafts";
import { draftOf, patchOf, rebase, type Draft } from "./task-draft";
import { useKept } from "./use-persisted-draft";

type Edit = { before: Task; draft: Draft };

const prefix = "edit.";

/** The tasks that were being edited when the page was left. */
export function keptEdits(userId: string): Task[] {
  return draftsOf<Edit>(userId, prefix).map(({ before }) => before);
}

export function useEdit(task: Task) {
  const { value, present, keep, drop } = useKept<Edit>(prefix + task.id, (kept) => begun(task, kept));
  return {
    draft: value.draft,
    change: (to: Partial<Draft>) => keep({ ...present.current, draft: { ...present.current.draft, ...to } }),
    patch: () => patchOf(present.current.before, present.current.draft),
    /** Calls `done` when what is saved is all that was typed; otherwise the rest goes on. */
    sending: (done: () => void) => {
      const sent = present.current.draft;
      return (saved: Task) => {
        if (present.current.draft === sent) return done();
        keep({ before: saved, draft: rebase(present.current.draft, sent, draftOf(saved)) });
      };
    },
    drop,
  };
}

/** What was typed over an earlier state of the task is now typed over the present one. */
function begun(task: Task, kept: Edit | null): Edit {
  return { before: task, draft: kept ? rebase(kept.draft, draftOf(kept.before), draftOf(task)) : draftOf(task) };
}
