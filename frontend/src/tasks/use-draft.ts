// A draft that outlives a reload.
"use client";

import { useCallback, useState } from "react";
import { useUser } from "@/account/session";
import type { Draft } from "./draft";
import { draftKey, dropDraft, hasDraft, readDraft, writeDraft } from "./draft-store";

export function useDraft(of: string, initial: Draft) {
  const key = draftKey(useUser().id, of);
  const [draft, setDraft] = useState(() => ({ ...initial, ...readDraft<Draft>(key) }));

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

  /** Puts back what was sent and not saved, unless something else was typed meanwhile. */
  const restore = useCallback(
    (to: Draft) => {
      if (hasDraft(key)) return;
      writeDraft(key, to);
      setDraft(to);
    },
    [key],
  );

  return { draft, change, reset, restore };
}
