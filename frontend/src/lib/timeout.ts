// Timeouts for all requests.

/** For requests of the browser. Longer than serverTimeoutMs, so that this server can still report a timeout of the service. */
export const clientTimeoutMs = 15_000;

/** For requests that this server's routes make to the service. */
export const serverTimeoutMs = 10_000;

/** Interval of automatic retries after a network failure. */
export const retryIntervalMs = 3_000;

/** Aborts after `milliseconds`, or when `signal` aborts. */
export function timeoutSignal(milliseconds: number, signal?: AbortSignal): AbortSignal {
  const end = AbortSignal.timeout(milliseconds);
  return signal ? AbortSignal.any([signal, end]) : end;
}
