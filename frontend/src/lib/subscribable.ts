// What the page shows and somebody else changes: it tells those who watch.

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
