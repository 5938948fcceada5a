// Every wait has an end: a service that hangs is one that can’t be reached.

/** For a page. Longer than this server waits for the service, whose word on it then comes in time. */
export const clientTimeoutMs = 15_000;

/** For this server's routes. */
export const serverTimeoutMs = 10_000;

/** How soon what is away is asked for again. */
export const retryIntervalMs = 3_000;

/** Aborts when the time is up, or when `signal` does. */
export function timeoutSignal(milliseconds: number, signal?: AbortSignal): AbortSignal {
  const end = AbortSignal.timeout(milliseconds);
  return signal ? AbortSignal.any([signal, end]) : end;
}
