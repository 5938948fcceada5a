// Reads and updates task lists in the query cache.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Task, TaskPage } from "@/client";
import { listTasksInfiniteQueryKey } from "@/client/@tanstack/react-query.gen";
import { withUser } from "@/lib/api";

type Pages = InfiniteData<TaskPage>;

/** Matches every list of the user's tasks, whatever its filter. */
export const tasksKey = (userId: string) => withUser(listTasksInfiniteQueryKey(), userId);

/** Whether a visible list contains the task. */
export function isTaskListed(queryClient: QueryClient, userId: string, id: string): boolean {
  const lists = queryClient.getQueriesData<Pages>({ queryKey: tasksKey(userId), type: "active" });
  return lists.some(([, data]) => data?.pages.some(({ items }) => items.some((item) => item.id === id)));
}

/** Updates the task in every cached list. */
export function updateCachedTask(queryClient: QueryClient, userId: string, id: string, to: Partial<Task>): void {
  updateItems(queryClient, userId, (items) => items.map((item) => (item.id === id ? { ...item, ...to } : item)));
}

export function removeCachedTask(queryClient: QueryClient, userId: string, id: string): void {
  updateItems(queryClient, userId, (items) => items.filter((item) => item.id !== id));
}

function updateItems(queryClient: QueryClient, userId: string, edit: (items: Task[]) => Task[]): void {
  queryClient.setQueriesData<Pages>({ queryKey: tasksKey(userId) }, (data) =>
    data ? { ...data, pages: data.pages.map((page) => ({ ...page, items: edit(page.items) })) } : data,
  );
}
