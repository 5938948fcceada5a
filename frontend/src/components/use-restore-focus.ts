// Moves the focus to a neighbor when the focused element is removed.
"use client";

import { useLayoutEffect, useRef, type FocusEvent } from "react";

/** The neighbor is the element at the same index among those in `ref` that match `selector`. */
export function useRestoreFocus<E extends HTMLElement>(selector: string) {
  const ref = useRef<E>(null);
  const lastFocused = useRef<{ element: Element; index: number } | null>(null);
  const findCandidates = () => [...(ref.current?.querySelectorAll<HTMLElement>(selector) ?? [])];

  useLayoutEffect(() => {
    if (!lastFocused.current || lastFocused.current.element.isConnected) return;
    const { index } = lastFocused.current;
    lastFocused.current = null;
    if (document.activeElement !== document.body) return;
    const candidates = findCandidates();
    (candidates[Math.min(index, candidates.length - 1)] ?? ref.current)?.focus();
  });

  const onFocus = ({ target }: FocusEvent) => {
    const isBefore = (other: Element) => Boolean(other.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
    lastFocused.current = { element: target, index: findCandidates().filter((other) => other !== target && isBefore(other)).length };
  };

  return { ref, onFocus };
}
