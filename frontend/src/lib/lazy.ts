// Components that are loaded when they are needed.
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

const retryDelayMs = 2_000;

/** Like React's `lazy`, but without a connection it waits: the fallback stays, and the page does not fail. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function lazyComponent<T extends ComponentType<any>>(load: () => Promise<{ default: T }>): LazyExoticComponent<T> {
  return lazy(() => loadRepeatedly(load));
}

async function loadRepeatedly<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    }
  }
}
