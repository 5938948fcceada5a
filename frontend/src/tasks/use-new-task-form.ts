// What is typed for a new task, and its sending.
"use client";

import { useEffect, useRef, useState } from "react";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/live-region";
import type { Failure } from "@/lib/problem";
import { emptyDraft, isEmpty, type Draft } from "./task-draft";
import { isUnsent } from "./outbox";
import { useOutbox } from "./task-mutations-provider";
import { useKept } from "./use-persisted-draft";

export function useComposer(onAdded: (task: Task) => void) {
  const { value: draft, present, set, keep, drop } = useKept<Draft>("new", (kept) => ({ ...emptyDraft, ...kept }));
  const { outbox } = useOutbox();
  const [failure, setFailure] = useState<Failure | null>(null);
  const announce = useAnnounce();
  const isHere = useIsHere();

  const change = (to: Partial<Draft>) => {
    setFailure(null);
    keep({ ...present.current, ...to });
  };

  const send = async () => {
    if (isEmpty(present.current)) return;
    setFailure(null);
    const sending = outbox.send(present.current);
    // what is typed from now on is the next task
    drop();
    set(emptyDraft);
    const outcome = await sending;
    if (!isUnsent(outcome)) {
      announce("Task added");
      return onAdded(outcome);
    }
    if (!isHere.current || !isEmpty(present.current)) return; // it is listed as unsent
    outbox.drop(outcome.id);
    keep(outcome.draft);
    setFailure(outcome.failure);
  };

  return { draft, change, failure, send };
}

/** Whether the component is on the page still. */
function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => void (isHere.current = false);
  }, []);
  return isHere;
}
