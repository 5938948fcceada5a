// Serializes refetches of the task lists, so that none is canceled and none misses an earlier change.
import type { QueryClient } from "@tanstack/react-query";
import { tasksKey } from "./task-cache";

type Queue = { last: Promise<unknown>; next: Promise<void> | null };

const queues = new WeakMap<QueryClient, Queue>();

function getQueue(queryClient: QueryClient): Queue {
  const queue = queues.get(queryClient) ?? { last: Promise.resolve(), next: null };
  queues.set(queryClient, queue);
  return queue;
}

/** Refetches the lists. Calls share one refetch until it starts. */
export function refetchTasks(queryClient: QueryClient, userId: string): Promise<void> {
  const queue = getQueue(queryClient);
  queue.next ??= enqueueFetch(queryClient, userId, async () => {
    queue.next = null;
    await queryClient.invalidateQueries({ queryKey: tasksKey(userId) });
  });
  return queue.next;
}

/** Applies a change to the cache, and refetches if a fetch in flight may predate it. */
export async function applyChange(queryClient: QueryClient, userId: string, change: () => void): Promise<void> {
  change();
  if (queryClient.isFetching({ queryKey: tasksKey(userId) }) > 0) await refetchTasks(queryClient, userId);
}

/** Runs a fetch after all earlier ones. */
export function enqueueFetch<T>(queryClient: QueryClient, userId: string, fetch: () => Promise<T>): Promise<T> {
  const queue = getQueue(queryClient);
  const result = queue.last.then(async () => {
    await waitForFetches(queryClient, userId);
    return fetch();
  });
  queue.last = result.catch(() => {});
  return result;
}

async function waitForFetches(queryClient: QueryClient, userId: string): Promise<void> {
  const fetching = queryClient.getQueryCache().findAll({ queryKey: tasksKey(userId), fetchStatus: "fetching" });
  await Promise.allSettled(fetching.map(({ promise }) => promise));
}
