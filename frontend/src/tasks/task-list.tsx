"use client";

import { useEffect, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { useRestoreFocus } from "@/components/use-restore-focus";
import type { Filter } from "./filter";
import { ConnectionAlert, TaskListEmpty, TaskListError, TaskListSkeleton } from "./task-list-states";
import { TaskRow } from "./task-row";
import { useOpenEditors } from "./use-open-editors";
import { useTaskList } from "./use-task-list";

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function TaskList({ filter, onChange }: Props) {
  const t = useTranslations("tasks");
  const list = useTaskList(filter);
  const lastError = useLastError(list.error);
  const restoreFocus = useRestoreFocus<HTMLElement>("[data-title]");
  const clearFilters = () => onChange({ q: "", priority: "any", due: "any", tags: [] });
  return (
    <>
      {list.tasks ? <ConnectionAlert error={list.error} /> : null}
      <section {...restoreFocus} tabIndex={-1} aria-label={t("title")} aria-busy={list.isFetching} className="overflow-clip rounded-2xl border border-border bg-card shadow-card">
        {list.tasks ? (
          <Rows
            tasks={list.tasks}
            isStale={list.isPlaceholderData}
            onTag={(tag) => onChange({ tags: [...new Set([...filter.tags, tag])] })}
            empty={list.hasNextPage ? null : <TaskListEmpty filter={filter} onClear={clearFilters} />}
          />
        ) : lastError ? (
          <TaskListError error={lastError} onRetry={() => void list.refetch()} filter={filter} onClear={clearFilters} />
        ) : (
          <TaskListSkeleton />
        )}
        {list.hasNextPage ? <LoadMore list={list} /> : null}
      </section>
    </>
  );
}

type RowsProps = { tasks: readonly Task[]; isStale: boolean; onTag: (tag: string) => void; empty: ReactNode };

function Rows({ tasks, isStale, onTag, empty }: RowsProps) {
  const openEditors = useOpenEditors();
  const rows = openEditors.withOpenTasks(tasks);
  if (rows.length === 0) return empty;
  return (
    <ul className={`divide-y divide-border transition-opacity ${isStale ? "opacity-60" : ""}`}>
      {rows.map((task) => (
        <li key={task.id}>
          <TaskRow
            task={task}
            isEdited={openEditors.isOpen(task.id)}
            onEdit={() => openEditors.edit(task)}
            onClose={() => openEditors.close(task.id)}
            onTag={onTag}
          />
        </li>
      ))}
    </ul>
  );
}

function LoadMore({ list }: { list: ReturnType<typeof useTaskList> }) {
  const t = useTranslations();
  const { fetchMore, isFetchingNextPage } = list;
  const isEmpty = list.tasks?.length === 0;

  // load the next page if all loaded tasks are deleted
  useEffect(() => {
    if (isEmpty) void fetchMore();
  }, [isEmpty, fetchMore]);

  return (
    <div className="border-t border-border p-2 text-center">
      <Button variant="ghost" aria-disabled={isFetchingNextPage} onClick={() => isFetchingNextPage || void fetchMore()}>
        {isFetchingNextPage ? t("app.loadingMore") : t("tasks.loadMore")}
      </Button>
    </div>
  );
}

/** Keeps the last error while the request is retried. */
function useLastError(error: unknown): unknown {
  const [last, setLast] = useState(error);
  if (error && error !== last) setLast(error);
  return error ?? last;
}
