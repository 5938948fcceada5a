// The rows of a view: filtered, sorted and with headings, computed from all tasks in memory.
"use client";

import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { useLocale } from "use-intl";
import { useNow } from "@/components/use-now";
import { useTasks, type TasksState } from "@/sync/hooks";
import type { ShownTask } from "@/sync/replica";
import { matcher, type Filter } from "./filter";
import { withHeadings, type ListItem } from "./sections";
import { compareTasks } from "./sort";
import { viewMatcher, type TaskView } from "./view";

export type TaskFilter = Filter & { view: TaskView };

const notShown: TasksState = { tasks: [], isLoading: true };

const none: ReadonlySet<string> = new Set();

export function useListItems(filter: TaskFilter) {
  const { tasks, isLoading } = useLoadedTasks();
  const locale = useLocale();
  const now = useNow();
  const { view, q, priority, tag, sort } = useDeferredValue(filter);
  const [kept, keep] = useKeptRows(filter);

  const listed = useMemo(() => {
    const [isInView, matches] = [viewMatcher(view, now), matcher({ q, priority, tag })];
    return tasks.filter((task) => (isInView(task) || kept.has(task.id)) && matches(task)).sort(compareTasks(sort, view, locale));
  }, [tasks, view, q, priority, tag, sort, now, kept, locale]);

  const items = useMemo<ListItem<ShownTask>[]>(
    () => (sort === "due" ? withHeadings(listed, view, now) : listed.map((task) => ({ task }))),
    [listed, sort, view, now],
  );

  return { items, listed, isLoading, keep };
}

/** The first rows are rendered in the background, without blocking input. Later changes are shown at once. */
function useLoadedTasks(): TasksState {
  const { tasks, isLoading } = useTasks();
  const isShown = useDeferredValue(!isLoading) && !isLoading;
  return isShown ? { tasks, isLoading } : notShown;
}

/** Rows stay until another list is chosen, although the view no longer contains their task: nothing moves under the pointer. */
function useKeptRows({ view, q, priority, tag, sort }: TaskFilter) {
  const list = JSON.stringify([view, q, priority, tag, sort]);
  const [kept, setKept] = useState({ list, ids: none });
  if (kept.list !== list) setKept({ list, ids: none });
  const keep = useCallback((ids: readonly string[]) => setKept((current) => ({ ...current, ids: new Set([...current.ids, ...ids]) })), []);
  return [kept.ids, keep] as const;
}
