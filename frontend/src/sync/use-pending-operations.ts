// Makes a sign-out wait until the user's operations are sent, and warn of those that are not.
"use client";

import { useEffect } from "react";
import { translate } from "@/lib/i18n/translate";
import { useAuth } from "@/session/session-provider";
import type { Operation } from "./operations";
import type { TaskSync } from "./task-sync";

const flushTimeoutMs = 4_500;

export function usePendingOperations(sync: TaskSync): void {
  const { pendingWork } = useAuth();
  useEffect(() => {
    let unregister: (() => void) | null = null;
    const update = () => {
      // without a connection, waiting is futile
      const isSending = sync.replica.operations.length > 0 && sync.status.failure === null;
      if (isSending) unregister ??= pendingWork.register(() => sync.flush(flushTimeoutMs).then(() => null));
      else {
        unregister?.();
        unregister = null;
      }
    };
    const removals = [
      sync.subscribe(update),
      sync.replica.subscribe(update),
      pendingWork.addWarning(async () => toWarning(await sync.flush(flushTimeoutMs), sync)),
    ];
    return () => {
      removals.forEach((remove) => remove());
      unregister?.();
    };
  }, [sync, pendingWork]);
}

function toWarning(unsent: readonly Operation[], sync: TaskSync): string | null {
  const ids = [...new Set(unsent.map(({ taskId }) => taskId))];
  if (ids.length === 0) return null;
  const titles = ids.map((id) => `“${sync.replica.titleOf(id)}”`);
  return translate("tasks.notSavedList", { titles: titles.join(", ") });
}
