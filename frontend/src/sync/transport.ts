// The operations of the service that the synchronization uses.
import type { BatchOperation, BatchResult, Task, TaskChange, TaskChangePage, TaskInput, TaskPatch } from "@/client";

/** `token` is the position after the change. */
export type ChangeEvent = { change: TaskChange; token: string };

export type StreamListener = {
  onEvents: (events: ChangeEvent[]) => void;
  /** Called for whatever arrives, also comments. */
  onActivity: () => void;
};

/** All methods reject with a problem document, or with another error if there was no response. */
export interface Transport {
  /** Rejects with 412 if the task exists. */
  create(id: string, input: TaskInput): Promise<Task>;
  read(id: string): Promise<Task>;
  /** Rejects with 412 if the task has another revision. */
  update(id: string, patch: TaskPatch, revision: number): Promise<Task>;
  delete(id: string): Promise<void>;
  restore(id: string): Promise<Task>;
  purge(id: string): Promise<void>;
  /** Runs all operations or none. Returns their results in order. */
  batch(operations: readonly BatchOperation[]): Promise<BatchResult[]>;
  /** Rejects with 410 if `since` is too old: then everything has to be read again. */
  listChanges(since: string | null): Promise<TaskChangePage>;
  /** Passes on the changes after `since` until the stream ends. */
  streamEvents(since: string, listener: StreamListener, signal: AbortSignal): Promise<void>;
}
