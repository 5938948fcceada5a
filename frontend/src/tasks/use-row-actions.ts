// What the rows do, and where the focus goes afterwards.
"use client";

import { useEffect, useMemo, useRef, type RefObject } from "react";
import type { ShownTask } from "@/sync/replica";
import type { ListItem } from "./sections";
import type { RowActions } from "./task-row";
import type { ChangeFilter } from "./use-filter";
import type { TaskFilter } from "./use-list-items";
import type { OpenEditors } from "./use-open-editors";
import { useRovingFocus } from "./use-roving-focus";
import { useSelection } from "./use-selection";
import { useTaskCommands } from "./use-task-commands";

type Options = {
  grid: RefObject<HTMLElement | null>;
  rows: readonly ListItem<ShownTask>[];
  activeId: string | null;
  setActiveId: (id: string) => void;
  filter: TaskFilter;
  onChange: ChangeFilter;
  editors: OpenEditors;
  keep: (ids: readonly string[]) => void;
};

export function useRowActions({ grid, rows, activeId, setActiveId, filter, onChange, editors, keep }: Options) {
  const commands = useTaskCommands();
  const tasks = useMemo(() => rows.flatMap((row) => ("task" in row ? [row.task] : [])), [rows]);
  const rowIds = useMemo(() => tasks.map(({ id }) => id), [tasks]);
  const selection = useSelection(rowIds);

  const focus = useRovingFocus({ grid, rowIds, activeId, onActivate: setActiveId });

  // the rows are memoized: their actions are the same in every render
  const latest = useRef({ commands, tasks, rowIds, filter, onChange, editors, keep, selection, focus });
  useEffect(() => {
    latest.current = { commands, tasks, rowIds, filter, onChange, editors, keep, selection, focus };
  });

  const actions = useMemo(() => {
    const find = (id: string) => latest.current.tasks.filter((task) => task.id === id);

    const completeMany = (done: readonly ShownTask[], completed: boolean) => {
      latest.current.keep(done.map(({ id }) => id));
      latest.current.commands.complete(done, completed);
    };

    const removeMany = (removed: readonly ShownTask[]) => {
      const isFocused = grid.current?.contains(document.activeElement) ?? false;
      const next = nearestOther(latest.current.rowIds, new Set(removed.map(({ id }) => id)));
      latest.current.commands.remove(removed);
      if (isFocused && next !== undefined) latest.current.focus.focusRow(next);
    };

    const rowActions: RowActions = {
      edit: (id) => latest.current.editors.edit(id),
      complete: (id, completed) => completeMany(find(id), completed),
      remove: (id) => removeMany(find(id)),
      select: (id, isRange) => latest.current.selection.toggle(id, isRange),
      showTag: (tag) => latest.current.onChange({ tag: [...latest.current.filter.tag, tag] }),
    };
    return { ...rowActions, completeMany, removeMany };
  }, [grid]);

  return { selection, focus, actions };
}

/** The row after the first removed one, or the one before it. */
function nearestOther(rowIds: readonly string[], removed: ReadonlySet<string>): string | undefined {
  const first = rowIds.findIndex((id) => removed.has(id));
  const isLeft = (id: string) => !removed.has(id);
  return rowIds.slice(first).find(isLeft) ?? rowIds.slice(0, first).findLast(isLeft);
}
