// The user's deleted tasks.
"use client";

import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { listTasks, type Task, type TaskPage } from "@/client";
import { asUser } from "@/lib/api";
import { toFailure, type Failure } from "@/lib/problem";
import { useUser } from "@/session/session-provider";
import type { Operation } from "./operations";
import { useSync } from "./sync-provider";

export type Trash = {
  /** The last deleted first. */
  tasks: readonly Task[];
  isLoading: boolean;
  error: Failure | null;
  hasMore: boolean;
  loadMore: () => void;
};

const trashKey = (userId: string) => ["trash", { userId }] as const;

export function useTrash(): Trash {
  const user = useUser();
  const { replica } = useSync()!.sync;
  const operations = useSyncExternalStore(replica.subscribe, () => replica.operations);
  const list = useInfiniteQuery({
    queryKey: trashKey(user.id),
    queryFn: ({ pageParam }) => fetchTrash(user.id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page: TaskPage) => page.next_cursor,
  });
  useRefetch(user.id);
  const { data, isPending, error, hasNextPage, fetchNextPage } = list;
  const tasks = useMemo(() => applyToTrash(listItems(data), operations), [data, operations]);
  return { tasks, isLoading: isPending && tasks.length === 0, error: error && toFailure(error), hasMore: hasNextPage, loadMore: () => void fetchNextPage() };
}

async function fetchTrash(userId: string, cursor: string | null): Promise<TaskPage> {
  const query = { deleted: true, sort: "-updated_at", limit: 100, cursor: cursor ?? undefined } as const;
  return (await listTasks({ query, ...asUser(userId) })).data;
}

/** Reads the trash again if a task of this or another device entered or left it. */
function useRefetch(userId: string): void {
  const { replica } = useSync()!.sync;
  const queryClient = useQueryClient();
  const deletions = useSyncExternalStore(replica.subscribe, () => replica.deletionCount);
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: trashKey(userId) });
  }, [queryClient, userId, deletions]);
}

function listItems(data: InfiniteData<TaskPage> | undefined): Task[] {
  return data?.pages.flatMap(({ items }) => items) ?? [];
}

/** Adds what the user deleted just now, and leaves out what the user restored or removed. */
export function applyToTrash(trashed: readonly Task[], operations: readonly Operation[]): Task[] {
  const tasks = new Map(trashed.map((task) => [task.id, task]));
  for (const operation of operations) {
    tasks.delete(operation.taskId);
    if (operation.kind === "delete") tasks.set(operation.taskId, { ...operation.task, deleted_at: operation.at });
  }
  return [...tasks.values()].sort((left, right) => (right.deleted_at ?? "").localeCompare(left.deleted_at ?? ""));
}
