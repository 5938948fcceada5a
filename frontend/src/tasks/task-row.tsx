// A row of the task list.
"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { toFailure } from "@/lib/problem";
import { DeletedRow } from "./deleted-row";
import { Notes } from "./notes";
import { TaskEditor } from "./task-editor";
import { TaskMeta } from "./task-meta";
import { useDeletion } from "./task-mutations-provider";
import { useCompleteTask } from "./use-task-mutations";

type Props = { task: Task; isEdited: boolean; onEdit: () => void; onClose: () => void; onTag: (tag: string) => void };

export function TaskRow({ task, isEdited, onEdit, onClose, onTag }: Props) {
  // return the focus to the row after editing or undo
  const [shouldFocus, setShouldFocus] = useState(false);
  const { deletion, undo } = useDeletion(task.id);
  const announce = useAnnounce();
  const t = useTranslations("tasks");

  const withFocus = (action: () => void) => () => {
    action();
    setShouldFocus(true);
  };

  const handleUndo = () => {
    undo();
    announce(t("restoredAnnouncement", { title: task.title }));
  };

  if (deletion && deletion.kind !== "failed") {
    return <DeletedRow title={task.title} isCommitted={deletion.kind === "in-flight"} onUndo={withFocus(handleUndo)} />;
  }
  if (isEdited) return <TaskEditor task={task} onClose={withFocus(onClose)} />;
  return <TaskView task={task} onTag={onTag} onEdit={onEdit} shouldFocus={shouldFocus} />;
}

type TaskViewProps = Pick<Props, "task" | "onEdit" | "onTag"> & { shouldFocus: boolean };

function TaskView({ task, onTag, onEdit, shouldFocus }: TaskViewProps) {
  const { deletion, schedule } = useDeletion(task.id);
  const { isCompleted, complete, error } = useCompleteTask(task);
  const announce = useAnnounce();
  const t = useTranslations("tasks");

  const handleToggle = (completed: boolean) => {
    complete(completed);
    announce(t(completed ? "completedAnnouncement" : "reopenedAnnouncement", { title: task.title }));
  };

  const handleDelete = () => {
    schedule();
    announce(t("deletedAnnouncement", { title: task.title }));
  };

  return (
    <div className="group flex items-start gap-3 py-2.5 pr-2 pl-4 transition-tint hover:bg-accent/40">
      <CompleteCheckbox title={task.title} isChecked={isCompleted} onChange={handleToggle} />
      <div className="min-w-0 flex-1 py-1.5 sm:py-0.5">
        <TitleButton title={task.title} isDone={isCompleted} onClick={onEdit} shouldFocus={shouldFocus} />
        {task.description ? <Notes>{task.description}</Notes> : null}
        <TaskMeta task={task} onTag={onTag} />
        {error ? <RowError detail={toFailure(error).detail} what="notSaved" /> : null}
        {deletion?.kind === "failed" ? <RowError detail={deletion.failure.detail} what="notDeleted" /> : null}
      </div>
      <Button
        variant="ghost"
        size="icon"
        aria-label={t("delete", { title: task.title })}
        className="text-muted-foreground pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
        onClick={handleDelete}
      >
        <Trash2 aria-hidden className="size-4" />
      </Button>
    </div>
  );
}

function RowError({ detail, what }: { detail: string; what: "notSaved" | "notDeleted" }) {
  const t = useTranslations("tasks");
  return (
    <p role="alert" className="mt-1 text-sm text-destructive">
      {t(what, { detail })}
    </p>
  );
}

/** The input fills its 36 px (on touch screens 44 px) target; the circle is drawn by its sibling. */
function CompleteCheckbox({ title, isChecked, onChange }: { title: string; isChecked: boolean; onChange: (completed: boolean) => void }) {
  const t = useTranslations("tasks");
  return (
    <span className="relative -mx-2 -my-1 flex size-11 shrink-0 items-center justify-center sm:-m-1 sm:size-9">
      <input
        type="checkbox"
        aria-label={t("done", { title })}
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
        className="peer absolute inset-0 cursor-pointer appearance-none rounded-full outline-hidden"
      />
      <span
        aria-hidden
        className="pointer-events-none flex size-5 items-center justify-center rounded-full border-2 border-input text-transparent outline-primary transition-tint peer-checked:border-primary peer-checked:bg-primary peer-checked:text-primary-foreground peer-hover:border-primary peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 forced-colors:peer-checked:bg-[Highlight] forced-colors:peer-checked:text-[HighlightText]"
      >
        <svg viewBox="0 0 16 16" className="size-3">
          <path d="m3 8.5 3.2 3.2L13 4.8" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </span>
    </span>
  );
}

type TitleProps = { title: string; isDone: boolean; shouldFocus: boolean; onClick: () => void };

function TitleButton({ title, isDone, shouldFocus, onClick }: TitleProps) {
  const t = useTranslations("tasks");
  const className = isDone ? "text-muted-foreground line-through" : "";
  return (
    <button type="button" dir="auto" data-title aria-label={t("edit", { title })} autoFocus={shouldFocus} onClick={onClick} className={`block w-full rounded text-start wrap-anywhere ${className}`}>
      {title}
    </button>
  );
}
