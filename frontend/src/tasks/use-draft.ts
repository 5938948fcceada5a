// A draft that outlives a reload.
"use client";

import { useCallback, useState } from "react";
import { useUser } from "@/account/session";
import type { Draft } from "./draft";
import { draftKey, dropDraft, readDraft, writeDraft } from "./draft-store";

export function useDraft(of: string, initial: Draft) {
  const key = draftKey(useUser().id, of);
  const [draft, setDraft] = useState(() => readDraft<Draft>(key) ?? initial);

  const change = useCallback(
    (to: Partial<Draft>) =>
      setDraft((present) => {
        const next = { ...present, ...to };
        writeDraft(key, next);
        return next;
      }),
    [key],
  );

  const reset = useCallback(() => {
    dropDraft(key);
    setDraft(initial);
  }, [key, initial]);

  return { draft, change, reset };
}
