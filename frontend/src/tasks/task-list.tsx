// The list of a view: a grid of which only the visible rows are rendered.
"use client";

import { Suspense, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { cn } from "@/lib/utils";
import { lazyComponent } from "@/lib/lazy";
import { BulkBar } from "./bulk-bar";
import { GridRows, type RowProps } from "./grid-rows";
import type { ListItem } from "./sections";
import { SectionHeading } from "./section-heading";
import { TaskListEmpty, TaskListSkeleton } from "./task-list-states";
import { TaskRow } from "./task-row";
import { Toolbar } from "./toolbar";
import { useListItems, type TaskFilter } from "./use-list-items";
import { useListKeyboard } from "./use-list-keyboard";
import type { OpenEditors } from "./use-open-editors";
import { useRowActions } from "./use-row-actions";
import type { Selection } from "./use-selection";
import type { ChangeFilter } from "./use-filter";
import type { ShownTask } from "@/sync/replica";

export const loadEditor = () => import("./task-editor");
const TaskEditor = lazyComponent(loadEditor);

type Props = { filter: TaskFilter; onChange: ChangeFilter; editors: OpenEditors };

type Row = ListItem<ShownTask>;

export function TaskList({ filter, onChange, editors }: Props) {
  const t = useTranslations("tasks");
  const list = useListItems(filter);
  const rows = withOpenEditors(list.items, editors);
  const grid = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const { selection, focus, actions } = useRowActions({ grid, rows, activeId, setActiveId, filter, onChange, editors, keep: list.keep });
  useListKeyboard({ rows, activeId, selection, focus, actions });

  const renderRow = (index: number, { className, ...props }: RowProps) => {
    const row = rows[index];
    return row ? (
      <div
        key={keyOf(row)}
        role="row"
        data-index={index}
        data-row={"task" in row ? row.task.id : undefined}
        aria-rowindex={index + 1}
        aria-selected={"task" in row ? selection.has(row.task.id) : undefined}
        className={cn(index > 0 && "border-t border-border", className)}
        {...props}
      >
        <RowContent row={row} editors={editors} selection={selection} actions={actions} onClosed={focus.focusRow} />
      </div>
    ) : null;
  };

  return (
    <>
      <Toolbar filter={filter} onChange={onChange} onSelect={selection.start} />
      <section aria-label={t("title")} aria-busy={list.isLoading} className="overflow-clip rounded-2xl border border-border bg-card shadow-card">
        {list.isLoading ? <TaskListSkeleton /> : rows.length === 0 ? <TaskListEmpty filter={filter} onChange={onChange} /> : null}
        <div
          ref={grid}
          role="grid"
          aria-label={t("title")}
          aria-multiselectable
          aria-rowcount={rows.length}
          hidden={rows.length === 0}
          onFocus={focus.onFocus}
          onKeyDown={focus.onKeyDown}
          onPointerEnter={() => void loadEditor().catch(() => {})}
        >
          <GridRows grid={grid} keys={rows.map(keyOf)} activeKey={activeId} renderRow={renderRow} />
        </div>
      </section>
      <BulkBar tasks={selectedTasks(rows, selection)} selection={selection} onDelete={actions.removeMany} onComplete={actions.completeMany} />
    </>
  );
}

type RowContentProps = {
  row: Row;
  editors: OpenEditors;
  selection: Selection;
  actions: ReturnType<typeof useRowActions>["actions"];
  onClosed: (id: string) => void;
};

function RowContent({ row, editors, selection, actions, onClosed }: RowContentProps) {
  if (!("task" in row)) return <SectionHeading section={row.section} count={row.count} />;
  const { task } = row;
  const view = <TaskRow task={task} isSelected={selection.has(task.id)} isSelecting={selection.isActive} actions={actions} />;
  if (!editors.isOpen(task.id)) return view;
  const close = () => {
    editors.close(task.id);
    onClosed(task.id);
  };
  const isDeleted = editors.open.some((open) => open.isDeleted && open.task.id === task.id);
  return (
    <div role="gridcell">
      <Suspense fallback={view}>
        <TaskEditor task={task} isDeleted={isDeleted} onClose={close} />
      </Suspense>
    </div>
  );
}

/** Adds the tasks whose editors are open, but which the list does not contain. */
function withOpenEditors(items: Row[], editors: OpenEditors): Row[] {
  const missing = editors.open.filter(({ task }) => !items.some((item) => "task" in item && item.task.id === task.id));
  return missing.length > 0 ? [...missing.map(({ task }) => ({ task })), ...items] : items;
}

function selectedTasks(rows: readonly Row[], selection: Selection): ShownTask[] {
  return rows.flatMap((row) => ("task" in row && selection.has(row.task.id) ? [row.task] : []));
}

function keyOf(row: Row): string {
  return "task" in row ? row.task.id : `section ${row.section.id}`;
}
