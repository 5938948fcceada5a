// State and submission of the new-task form.
"use client";

import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/live-region";
import type { Failure } from "@/lib/problem";
import { emptyDraft, isEmpty, validateDraft, type Draft } from "./task-draft";
import { isUnsent } from "./outbox";
import { useOutbox } from "./task-mutations-provider";
import { usePersistedDraft } from "./use-persisted-draft";

export function useNewTaskForm(onAdded: (task: Task) => void) {
  const { value: draft, latest, set, save, discard } = usePersistedDraft<Draft>("new", (stored) => ({ ...emptyDraft, ...stored }));
  const { outbox } = useOutbox();
  const [failure, setFailure] = useState<Failure | null>(null);
  const announce = useAnnounce();
  const t = useTranslations("tasks");
  const isMounted = useIsMounted();

  const change = (to: Partial<Draft>) => {
    setFailure(null);
    save({ ...latest.current, ...to });
  };

  const send = async () => {
    if (isEmpty(latest.current)) return;
    const invalid = validateDraft(latest.current);
    setFailure(invalid);
    if (invalid) return;
    const sending = outbox.send(latest.current);
    // further input belongs to the next task
    discard();
    set(emptyDraft);
    const outcome = await sending;
    if (!isUnsent(outcome)) {
      announce(t("added"));
      return onAdded(outcome);
    }
    if (!isMounted.current || !isEmpty(latest.current)) return; // UnsentTasks shows it
    outbox.discard(outcome.id);
    save(outcome.draft);
    setFailure(outcome.failure);
  };

  return { draft, change, failure, send };
}

function useIsMounted() {
  const isMounted = useRef(true);
  useEffect(() => {
    isMounted.current = true;
    return () => void (isMounted.current = false);
  }, []);
  return isMounted;
}
