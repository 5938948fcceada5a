// A row of the task list. Its controls are one tab stop of the page, with the other rows': see useRovingFocus.
"use client";

import { CircleAlert, CloudUpload, Trash2 } from "lucide-react";
import { memo, type MouseEvent } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/utils";
import type { ShownTask } from "@/sync/replica";
import { CompleteCheckbox, SelectCheckbox } from "./row-checkboxes";
import { Notes } from "./notes";
import { RowFailure } from "./row-failure";
import { TaskMeta } from "./task-meta";

export type RowActions = {
  edit: (id: string) => void;
  complete: (id: string, completed: boolean) => void;
  remove: (id: string) => void;
  /** `isRange` selects everything since the last selected row. */
  select: (id: string, isRange: boolean) => void;
  showTag: (tag: string) => void;
};

type Props = { task: ShownTask; isSelected: boolean; isSelecting: boolean; actions: RowActions };

export const TaskRow = memo(function TaskRow({ task, isSelected, isSelecting, actions }: Props) {
  const t = useTranslations("tasks");

  const onClick = (event: MouseEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    actions.select(task.id, event.shiftKey);
  };

  return (
    <div
      className={cn("group flex items-start gap-3 py-2.5 pr-2 pl-4 transition-tint", isSelected ? "bg-primary-soft/60 hover:bg-primary-soft/80" : "hover:bg-accent/40")}
      onClickCapture={onClick}
    >
      <div role="gridcell">
        {isSelecting ? (
          <SelectCheckbox title={task.title} isChecked={isSelected} onChange={(event) => actions.select(task.id, (event.nativeEvent as Partial<PointerEvent>).shiftKey ?? false)} />
        ) : (
          <CompleteCheckbox title={task.title} isChecked={task.completed} onChange={(event) => actions.complete(task.id, event.target.checked)} />
        )}
      </div>
      <div role="gridcell" className="min-w-0 flex-1 py-1.5 sm:py-0.5">
        <button
          type="button"
          dir="auto"
          data-control
          data-title
          tabIndex={-1}
          aria-label={t("edit", { title: task.title })}
          onClick={() => actions.edit(task.id)}
          className={cn("block w-full rounded text-start wrap-anywhere", task.completed && "text-muted-foreground line-through")}
        >
          {task.title}
        </button>
        {task.description ? <Notes>{task.description}</Notes> : null}
        <TaskMeta task={task} onTag={actions.showTag} />
        <RowFailure task={task} />
      </div>
      <div role="gridcell" className="flex items-center">
        <SyncMark task={task} />
        <Button
          variant="ghost"
          size="icon"
          data-control
          tabIndex={-1}
          aria-label={t("delete", { title: task.title })}
          className="pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
          onClick={() => actions.remove(task.id)}
        >
          <Trash2 aria-hidden className="size-4" />
        </Button>
      </div>
    </div>
  );
});

/** Appears only if saving takes longer than a moment. */
function SyncMark({ task }: { task: ShownTask }) {
  const t = useTranslations("sync");
  if (task.hasConflict) return <CircleAlert role="img" aria-label={t("conflict")} className="mx-1 size-4 text-warning" />;
  if (!task.isPending || task.failure) return null;
  return <CloudUpload role="img" aria-label={t("notSavedYet")} className="fade-in-delayed mx-1 size-4 text-muted-foreground" />;
}
