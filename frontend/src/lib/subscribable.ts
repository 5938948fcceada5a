// Base class of stores for useSyncExternalStore.

export class Subscribable {
  #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  protected notify(): void {
    this.#listeners.forEach((listener) => listener());
  }
}
