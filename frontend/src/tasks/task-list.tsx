// The list, in whichever state it is.
"use client";

import { useEffect, useState, type ReactNode } from "react";
import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { useFocusKept } from "@/components/use-restore-focus";
import type { Filter } from "./filter";
import { Connection, Empty, Failed, Skeleton } from "./task-list-states";
import { TaskRow } from "./task-row";
import { useEditors } from "./use-open-editors";
import { useTaskList } from "./use-task-list";

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function TaskList({ filter, onChange }: Props) {
  const list = useTaskList(filter);
  const lastError = useLast(list.error);
  const focus = useFocusKept<HTMLElement>("[data-title]");
  const clear = () => onChange({ q: "", priority: "any", due: "any", tags: [] });
  return (
    <>
      {list.tasks ? <Connection error={list.error} /> : null}
      <section {...focus} tabIndex={-1} aria-label="Tasks" aria-busy={list.isFetching} className="overflow-clip rounded-2xl border border-line bg-surface shadow-card">
        {list.tasks ? (
          <Rows
            tasks={list.tasks}
            isStale={list.isPlaceholderData}
            onTag={(tag) => onChange({ tags: [...new Set([...filter.tags, tag])] })}
            empty={list.hasNextPage ? null : <Empty filter={filter} onClear={clear} />}
          />
        ) : lastError ? (
          <Failed error={lastError} onRetry={() => void list.refetch()} filter={filter} onClear={clear} />
        ) : (
          <Skeleton />
        )}
        {list.hasNextPage ? <More list={list} /> : null}
      </section>
    </>
  );
}

type RowsProps = { tasks: readonly Task[]; isStale: boolean; onTag: (tag: string) => void; empty: ReactNode };

function Rows({ tasks, isStale, onTag, empty }: RowsProps) {
  const editors = useEditors();
  const rows = editors.within(tasks);
  if (rows.length === 0) return empty;
  return (
    <ul className={`divide-y divide-line transition-opacity ${isStale ? "opacity-60" : ""}`}>
      {rows.map((task) => (
        <li key={task.id}>
          <TaskRow
            task={task}
            isEdited={editors.isOpen(task.id)}
            onEdit={() => editors.edit(task)}
            onClose={() => editors.close(task.id)}
            onTag={onTag}
          />
        </li>
      ))}
    </ul>
  );
}

function More({ list }: { list: ReturnType<typeof useTaskList> }) {
  const { fetchMore, isFetchingNextPage } = list;
  const isEmpty = list.tasks?.length === 0;

  // what was shown may all be deleted, and more is there
  useEffect(() => {
    if (isEmpty) void fetchMore();
  }, [isEmpty, fetchMore]);

  return (
    <div className="border-t border-line p-2 text-center">
      <Button weight="quiet" aria-disabled={isFetchingNextPage} onClick={() => isFetchingNextPage || void fetchMore()}>
        {isFetchingNextPage ? "Loading…" : "Load more"}
      </Button>
    </div>
  );
}

/** What failed last, also while it is tried again. */
function useLast(error: unknown): unknown {
  const [last, setLast] = useState(error);
  if (error && error !== last) setLast(error);
  return error ?? last;
}
