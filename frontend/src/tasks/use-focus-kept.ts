// When the row that has the focus goes away, the one that takes its place gets it.
"use client";

import { useLayoutEffect, useRef, type FocusEvent } from "react";

export function useFocusKept(ids: string[]) {
  const ref = useRef<HTMLUListElement>(null);
  const focused = useRef<{ id: string; index: number } | null>(null);

  useLayoutEffect(() => {
    const last = focused.current;
    if (!last || ids.includes(last.id)) return;
    focused.current = null;
    if (document.activeElement !== document.body) return;
    const next = ref.current?.children[Math.min(last.index, ids.length - 1)];
    next?.querySelector<HTMLElement>("button")?.focus();
  });

  const onFocus = ({ target }: FocusEvent) => {
    const index = [...(ref.current?.children ?? [])].findIndex((row) => row.contains(target));
    focused.current = index < 0 ? null : { id: ids[index]!, index };
  };

  return { ref, onFocus };
}
