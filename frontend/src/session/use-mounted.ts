// False during server rendering and hydration, then true.
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
