// The list, in whichever state it is.
"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { Filter } from "./filter";
import { Connection, Empty, Failed, Skeleton } from "./states";
import { TaskRow } from "./task-row";
import { useTaskList } from "./use-task-list";

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function TaskList({ filter, onChange }: Props) {
  const list = useTaskList(filter);
  const lastError = useLast(list.error);
  return (
    <>
      {list.tasks ? <Connection error={list.error} /> : null}
      <section aria-label="Tasks" aria-busy={list.isFetching} className="overflow-clip rounded-2xl border border-line bg-surface shadow-card">
        {list.tasks ? (
          <Rows list={list} filter={filter} onChange={onChange} />
        ) : lastError ? (
          <Failed error={lastError} onRetry={() => void list.refetch()} />
        ) : (
          <Skeleton />
        )}
      </section>
    </>
  );
}

function Rows({ list, filter, onChange }: Props & { list: ReturnType<typeof useTaskList> }) {
  const tasks = list.tasks ?? [];
  const showTag = (tag: string) => onChange({ tags: [...new Set([...filter.tags, tag])] });
  const clear = () => onChange({ q: "", priority: "any", due: "any", tags: [] });
  if (tasks.length === 0) return <Empty filter={filter} onClear={clear} />;
  return (
    <>
      <ul className={`divide-y divide-line transition-opacity ${list.isPlaceholderData ? "opacity-60" : ""}`}>
        {tasks.map((task) => (
          <li key={task.id}>
            <TaskRow task={task} onTag={showTag} />
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <div className="border-t border-line p-2 text-center">
          <Button weight="quiet" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? "Loading…" : "Load more"}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** What failed last, also while it is tried again. */
function useLast(error: unknown): unknown {
  const [last, setLast] = useState(error);
  if (error && error !== last) setLast(error);
  return error ?? last;
}
