// The paginated task list of a filter.
"use client";

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Task } from "@/client";
import { listTasksInfiniteOptions } from "@/client/@tanstack/react-query.gen";
import { withUser } from "@/lib/api";
import { isTransient } from "@/lib/problem";
import { retryIntervalMs } from "@/lib/timeout";
import { useUser } from "@/session/session-provider";
import { toListQuery, type Filter } from "./filter";
import { enqueueFetch } from "./refetch-queue";

export function useTaskList(filter: Filter) {
  const user = useUser();
  const queryClient = useQueryClient();
  // memoized, because the query contains the current time and a cursor is valid for one query only
  const options = useMemo(() => listTasksInfiniteOptions({ query: toListQuery(filter, new Date()) }), [filter]);
  const list = useInfiniteQuery({
    ...options,
    queryKey: withUser(options.queryKey, user.id),
    initialPageParam: {},
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.error && isTransient(state.error) ? retryIntervalMs : false),
  });
  /** Fetches the next page after fetches in flight. */
  const { fetchNextPage } = list;
  const fetchMore = useCallback(() => enqueueFetch(queryClient, user.id, () => fetchNextPage()), [queryClient, user.id, fetchNextPage]);
  return { ...list, fetchMore, tasks: useMemo(() => distinct(list.data?.pages.flatMap(({ items }) => items)), [list.data]) };
}

/** Removes duplicates: a task that moves between two fetches may be on two pages. */
function distinct(tasks: Task[] | undefined): Task[] | undefined {
  return tasks && [...new Map(tasks.map((task) => [task.id, task])).values()];
}
