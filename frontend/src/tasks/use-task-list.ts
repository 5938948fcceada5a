// The tasks of a filter, page by page.
"use client";

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { listTasks, type Task } from "@/client";
import { whileAway } from "@/lib/timeout";
import { isPassing } from "@/lib/problem";
import { useUser } from "@/session/session-provider";
import { tasksKey } from "./task-cache";
import { queryOf, type Filter } from "./filter";
import { inTurn } from "./refetch-queue";

export function useTaskList(filter: Filter) {
  const user = useUser();
  const queries = useQueryClient();
  // made once for a filter: its hour is part of what a cursor holds for
  const query = useMemo(() => queryOf(filter, new Date()), [filter]);
  const list = useInfiniteQuery({
    queryKey: [...tasksKey(user.id), query],
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await listTasks({ query: { ...query, cursor: pageParam }, signal });
      return data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.error && isPassing(state.error) ? whileAway : false),
  });
  /** The next page, after what is being read. */
  const { fetchNextPage } = list;
  const fetchMore = useCallback(() => inTurn(queries, user.id, () => fetchNextPage()), [queries, user.id, fetchNextPage]);
  return { ...list, fetchMore, tasks: useMemo(() => distinct(list.data?.pages.flatMap(({ items }) => items)), [list.data]) };
}

/** A task that moved while its list was read may stand on two pages. */
function distinct(tasks: Task[] | undefined): Task[] | undefined {
  return tasks && [...new Map(tasks.map((task) => [task.id, task])).values()];
}
