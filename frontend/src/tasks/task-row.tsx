// A task in the list: to tick off, to open for editing, to delete.
"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { failureOf } from "@/lib/problem";
import { DeletedRow } from "./deleted-row";
import { TaskEditor } from "./task-editor";
import { TaskMeta } from "./task-meta";
import { useDeletion } from "./task-mutations-provider";
import { useCompleteTask } from "./use-task-mutations";

type Props = { task: Task; isEdited: boolean; onEdit: () => void; onClose: () => void; onTag: (tag: string) => void };

export function TaskRow({ task, isEdited, onEdit, onClose, onTag }: Props) {
  // after an editor or an undo the focus comes back to the row
  const [isBack, setBack] = useState(false);
  const { deletion, undo } = useDeletion(task.id);
  const announce = useAnnounce();

  const back = (how: () => void) => () => {
    how();
    setBack(true);
  };

  const takeBack = () => {
    undo();
    announce(`${task.title} is back`);
  };

  if (deletion && deletion.kind !== "failed") {
    return <DeletedRow title={task.title} isOver={deletion.kind === "under way"} onUndo={back(takeBack)} />;
  }
  if (isEdited) return <TaskEditor task={task} onClose={back(onClose)} />;
  return <ShownRow task={task} onTag={onTag} onEdit={onEdit} isFocused={isBack} />;
}

type ShownProps = Pick<Props, "task" | "onEdit" | "onTag"> & { isFocused: boolean };

function ShownRow({ task, onTag, onEdit, isFocused }: ShownProps) {
  const { deletion, begin } = useDeletion(task.id);
  const { isCompleted, complete, error } = useCompleteTask(task);
  const announce = useAnnounce();

  const tick = (completed: boolean) => {
    complete(completed);
    announce(`${task.title} is ${completed ? "done" : "open again"}`);
  };

  const remove = () => {
    begin();
    announce(`${task.title} deleted. Undo is possible for a few seconds.`);
  };

  return (
    <div className="group flex items-start gap-3 py-2.5 pr-2 pl-4 tinted hover:bg-sunken/40">
      <Tick title={task.title} isChecked={isCompleted} onChange={tick} />
      <div className="min-w-0 flex-1 py-1.5 sm:py-0.5">
        <TitleButton title={task.title} isDone={isCompleted} onClick={onEdit} isFocused={isFocused} />
        {task.description ? <p className="line-clamp-2 text-sm wrap-anywhere whitespace-pre-line text-ink-soft">{task.description}</p> : null}
        <TaskMeta task={task} onTag={onTag} />
        {error ? <Failed detail={failureOf(error).detail} what="saved" /> : null}
        {deletion?.kind === "failed" ? <Failed detail={deletion.failure.detail} what="deleted" /> : null}
      </div>
      <Button
        weight="quiet"
        size="icon"
        aria-label={`Delete ${task.title}`}
        className="text-ink-soft pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
        onClick={remove}
      >
        <Trash2 aria-hidden className="size-4" />
      </Button>
    </div>
  );
}

function Failed({ detail, what }: { detail: string; what: "saved" | "deleted" }) {
  return (
    <p role="alert" className="mt-1 text-sm text-danger">
      {detail} Not {what}: try again.
    </p>
  );
}

function Tick({ title, isChecked, onChange }: { title: string; isChecked: boolean; onChange: (completed: boolean) => void }) {
  return (
    <span className="relative -mx-2 -my-1 flex size-11 shrink-0 items-center justify-center sm:-m-1 sm:size-9">
      <input
        type="checkbox"
        aria-label={`Done: ${title}`}
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
        className="peer absolute inset-0 m-auto size-5 cursor-pointer appearance-none rounded-full border-2 border-line-strong tinted checked:border-accent checked:bg-accent hover:border-accent"
      />
      <svg aria-hidden viewBox="0 0 16 16" className="pointer-events-none relative size-3 opacity-0 peer-checked:opacity-100">
        <path d="m3 8.5 3.2 3.2L13 4.8" fill="none" className="stroke-accent-ink" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </span>
  );
}

type TitleProps = { title: string; isDone: boolean; isFocused: boolean; onClick: () => void };

function TitleButton({ title, isDone, isFocused, onClick }: TitleProps) {
  const look = isDone ? "text-ink-soft line-through" : "";
  return (
    <button type="button" data-title aria-label={`${title}, edit`} autoFocus={isFocused} onClick={onClick} className={`block w-full rounded text-left wrap-anywhere ${look}`}>
      {title}
    </button>
  );
}
