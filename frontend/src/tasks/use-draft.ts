// A draft that outlives a reload.
"use client";

import { useCallback, useState } from "react";
import type { Draft } from "./draft";
import { dropDraft, readDraft, writeDraft } from "./draft-store";

export function useDraft(key: string, initial: Draft) {
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
