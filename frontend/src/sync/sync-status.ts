// Whether the service answers.
import type { Failure } from "@/lib/problem";

/** `failure` says why the last request failed; null if it succeeded. */
export type SyncStatus = { failure: Failure | null };
