// Whether the page runs in a browser yet. What needs one waits for it, so that both sides render the same first.
"use client";

import { useSyncExternalStore } from "react";

const subscribeToNothing = () => () => {};

export function useMounted(): boolean {
  return useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
}
