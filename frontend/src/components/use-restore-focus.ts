// When what has the focus goes away, what comes in its place gets it.
"use client";

import { useLayoutEffect, useRef, type FocusEvent } from "react";

/** Within the element of `ref`, by its place among those that `candidates` selects. */
export function useFocusKept<E extends HTMLElement>(candidates: string) {
  const ref = useRef<E>(null);
  const last = useRef<{ element: Element; place: number } | null>(null);
  const all = () => [...(ref.current?.querySelectorAll<HTMLElement>(candidates) ?? [])];

  useLayoutEffect(() => {
    if (!last.current || last.current.element.isConnected) return;
    const { place } = last.current;
    last.current = null;
    if (document.activeElement !== document.body) return;
    const present = all();
    (present[Math.min(place, present.length - 1)] ?? ref.current)?.focus();
  });

  const onFocus = ({ target }: FocusEvent) => {
    const isBefore = (other: Element) => Boolean(other.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
    last.current = { element: target, place: all().filter((other) => other !== target && isBefore(other)).length };
  };

  return { ref, onFocus };
}
