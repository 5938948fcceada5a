// Waits between attempts: longer after each failure, shorter if something suggests that the next one succeeds.

const firstDelayMs = 1_000;
const maxDelayMs = 10_000;

export class RetryDelay {
  #failures = 0;
  #wake = () => {};

  reset(): void {
    this.#failures = 0;
  }

  /** Ends the current wait. */
  wake(): void {
    this.#wake();
  }

  /** Half of the delay is random, so that the clients of a restarted service do not return at once. */
  async wait(signal: AbortSignal): Promise<void> {
    const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** this.#failures);
    this.#failures += 1;
    await this.#sleep(delay * (0.5 + Math.random() / 2), signal);
  }

  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      this.#wake = finish;
      if (signal.aborted) finish();
      else signal.addEventListener("abort", finish);
    });
  }
}
