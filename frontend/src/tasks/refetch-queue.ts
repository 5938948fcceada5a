// The reading of lists, one after the other: none stops another, and none misses what was changed before it began.
import type { QueryClient } from "@tanstack/react-query";
import { tasksKey } from "./task-cache";

type Turns = { last: Promise<unknown>; next: Promise<void> | null };

const allTurns = new WeakMap<QueryClient, Turns>();

function turnsOf(queries: QueryClient): Turns {
  const turns = allTurns.get(queries) ?? { last: Promise.resolve(), next: null };
  allTurns.set(queries, turns);
  return turns;
}

/** Reads the lists anew. Those who ask before it begins share it. */
export function readAgain(queries: QueryClient, userId: string): Promise<void> {
  const turns = turnsOf(queries);
  turns.next ??= inTurn(queries, userId, async () => {
    turns.next = null;
    await queries.invalidateQueries({ queryKey: tasksKey(userId) });
  });
  return turns.next;
}

/** Makes a change in the lists, and reads those once more that are being read and may not know of it. */
export async function overReading(queries: QueryClient, userId: string, change: () => void): Promise<void> {
  change();
  if (queries.isFetching({ queryKey: tasksKey(userId) }) > 0) await readAgain(queries, userId);
}

/** Reads when nothing else is being read. */
export function inTurn<T>(queries: QueryClient, userId: string, read: () => Promise<T>): Promise<T> {
  const turns = turnsOf(queries);
  const turn = turns.last.then(async () => {
    await readToTheEnd(queries, userId);
    return read();
  });
  turns.last = turn.catch(() => {});
  return turn;
}

async function readToTheEnd(queries: QueryClient, userId: string): Promise<void> {
  const reading = queries.getQueryCache().findAll({ queryKey: tasksKey(userId), fetchStatus: "fetching" });
  await Promise.allSettled(reading.map(({ promise }) => promise));
}
