// Deletions that can be undone for a while: the service hears of one when its time is up, or when the page is left.
"use client";

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useUser } from "@/account/session";
import { deleteTask } from "@/client";
import { failureOf, type Failure } from "@/lib/problem";
import { dropTask } from "./cache";

const undoTime = 8_000;
const patience = 10_000;

type State = { timer: ReturnType<typeof setTimeout> } | { failure: Failure };

class Deletions {
  #states = new Map<string, State>();
  #listeners = new Set<() => void>();
  readonly #queries: QueryClient;
  readonly #userId: string;

  constructor(queries: QueryClient, userId: string) {
    this.#queries = queries;
    this.#userId = userId;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  of(id: string): State | undefined {
    return this.#states.get(id);
  }

  begin(id: string): void {
    this.#set(id, { timer: setTimeout(() => void this.#commit(id), undoTime) });
  }

  undo(id: string): void {
    const state = this.#states.get(id);
    if (state && "timer" in state) clearTimeout(state.timer);
    this.#set(id, undefined);
  }

  /** How many could not be done. */
  async commitAll(): Promise<number> {
    const waiting = [...this.#states].filter(([, state]) => "timer" in state);
    const done = await Promise.all(waiting.map(([id]) => this.#commit(id)));
    return done.filter((isDone) => !isDone).length;
  }

  async #commit(id: string): Promise<boolean> {
    const state = this.#states.get(id);
    if (state && "timer" in state) clearTimeout(state.timer);
    const failure = await attempt(id);
    if (!failure) dropTask(this.#queries, this.#userId, id);
    this.#set(id, failure ? { failure } : undefined);
    return !failure;
  }

  #set(id: string, state: State | undefined): void {
    if (state) this.#states.set(id, state);
    else this.#states.delete(id);
    this.#listeners.forEach((listener) => listener());
  }
}

async function attempt(id: string): Promise<Failure | null> {
  try {
    // it goes out even if the page is being left
    await deleteTask({ path: { id }, keepalive: true, signal: AbortSignal.timeout(patience) });
    return null;
  } catch (error) {
    const failure = failureOf(error);
    return failure.status === 404 ? null : failure;
  }
}

const DeletionsContext = createContext<Deletions | null>(null);

export function DeletionsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const user = useUser();
  return (
    <Provider key={user.id} queries={queries} userId={user.id}>
      {children}
    </Provider>
  );
}

function Provider({ queries, userId, children }: { queries: QueryClient; userId: string; children: ReactNode }) {
  const [deletions] = useState(() => new Deletions(queries, userId));
  useEffect(() => {
    const leave = () => void deletions.commitAll();
    window.addEventListener("pagehide", leave);
    return () => window.removeEventListener("pagehide", leave);
  }, [deletions]);
  return <DeletionsContext.Provider value={deletions}>{children}</DeletionsContext.Provider>;
}

export function useDeletions(): Deletions {
  const deletions = useContext(DeletionsContext);
  if (!deletions) throw new Error("there are no deletions outside of the app");
  return deletions;
}

export function useDeletion(id: string): { isDeleted: boolean; failure?: Failure; begin: () => void; undo: () => void } {
  const deletions = useDeletions();
  const state = useSyncExternalStore(deletions.subscribe, () => deletions.of(id));
  const begin = useCallback(() => deletions.begin(id), [deletions, id]);
  const undo = useCallback(() => deletions.undo(id), [deletions, id]);
  const failure = state && "failure" in state ? state.failure : undefined;
  return { isDeleted: state !== undefined && !failure, failure, begin, undo };
}
