// State that survives a reload until it is discarded.
"use client";

import { useCallback, useRef, useState } from "react";
import { draftKey, removeDraft, readDraft, writeDraft } from "@/lib/drafts";
import { useUser } from "@/session/session-provider";

export function usePersistedDraft<T>(name: string, initialize: (stored: T | null) => T) {
  const key = draftKey(useUser().id, name);
  const [value, setValue] = useState(() => initialize(readDraft<T>(key)));
  const latest = useRef(value);

  const set = useCallback((to: T) => {
    latest.current = to;
    setValue(to);
  }, []);

  const save = useCallback(
    (to: T) => {
      writeDraft(key, to);
      set(to);
    },
    [key, set],
  );

  const discard = useCallback(() => removeDraft(key), [key]);

  return { value, latest, set, save, discard };
}
