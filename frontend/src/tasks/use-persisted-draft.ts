// What is typed, kept over a reload of its tab until it is dropped.
"use client";

import { useCallback, useRef, useState } from "react";
import { draftKey, dropDraft, readDraft, writeDraft } from "@/lib/drafts";
import { useUser } from "@/session/session-provider";

export function useKept<T>(of: string, initial: (kept: T | null) => T) {
  const key = draftKey(useUser().id, of);
  const [value, setValue] = useState(() => initial(readDraft<T>(key)));
  const present = useRef(value);

  const set = useCallback((to: T) => {
    present.current = to;
    setValue(to);
  }, []);

  const keep = useCallback(
    (to: T) => {
      writeDraft(key, to);
      set(to);
    },
    [key, set],
  );

  const drop = useCallback(() => dropDraft(key), [key]);

  return { value, present, set, keep, drop };
}
