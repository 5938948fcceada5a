// A task in the list: to tick off, to open for editing, to delete.
"use client";

import { Trash2 } from "lucide-react";
import { startTransition, useOptimistic, useState } from "react";
import { useUser } from "@/account/session";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/announcer";
import { Button } from "@/components/ui/button";
import { failureOf } from "@/lib/problem";
import { useDeletion } from "./deletions";
import { DeletedRow } from "./deleted-row";
import { draftKey, hasDraft } from "./draft-store";
import { TaskEditor } from "./task-editor";
import { TaskMeta } from "./task-meta";
import { useCompleteTask } from "./use-changes";

type Props = { task: Task; onTag: (tag: string) => void };

export function TaskRow({ task, onTag }: Props) {
  const user = useUser();
  const [isEdited, setEdited] = useState(() => hasDraft(draftKey(user.id, task.id)));
  // after an editor or an undo the focus comes back to the row
  const [isBack, setBack] = useState(false);
  const deletion = useDeletion(task.id);

  const back = (how: () => void) => () => {
    how();
    setBack(true);
  };

  if (deletion.isDeleted) return <DeletedRow title={task.title} onUndo={back(deletion.undo)} />;
  if (isEdited) return <TaskEditor task={task} onClose={back(() => setEdited(false))} />;
  return <ShownRow task={task} onTag={onTag} onEdit={() => setEdited(true)} isFocused={isBack} />;
}

function ShownRow({ task, onTag, onEdit, isFocused }: Props & { onEdit: () => void; isFocused: boolean }) {
  const deletion = useDeletion(task.id);
  const { isCompleted, toggle, error } = useTick(task);
  const announce = useAnnounce();
  const failure = error ? failureOf(error) : deletion.failure;

  const remove = () => {
    deletion.begin();
    announce(`${task.title} deleted. Undo is possible for a few seconds.`);
  };

  return (
    <div className="group flex items-start gap-3 py-2.5 pr-2 pl-4 transition-colors hover:bg-sunken/40">
      <Tick title={task.title} isChecked={isCompleted} onChange={toggle} />
      <div className="min-w-0 flex-1 py-1.5 sm:py-0.5">
        <TitleButton title={task.title} isDone={isCompleted} onClick={onEdit} isFocused={isFocused} />
        {task.description ? <p className="line-clamp-2 text-sm wrap-anywhere whitespace-pre-line text-ink-soft">{task.description}</p> : null}
        <TaskMeta task={task} onTag={onTag} />
        {failure ? (
          <p role="alert" className="mt-1 text-sm text-danger">
            {failure.detail} Not saved: try again.
          </p>
        ) : null}
      </div>
      <Button
        weight="quiet"
        size="icon"
        aria-label={`Delete ${task.title}`}
        className="text-ink-soft sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100"
        onClick={remove}
      >
        <Trash2 aria-hidden className="size-4" />
      </Button>
    </div>
  );
}

/** The tick shows before the service has answered, and goes back if it says no. */
function useTick(task: Task) {
  const { mutateAsync, error } = useCompleteTask(task);
  const [isCompleted, setCompleted] = useOptimistic(task.completed);
  const toggle = (completed: boolean) =>
    startTransition(async () => {
      setCompleted(completed);
      await mutateAsync(completed).catch(() => {}); // it is in `error`
    });
  return { isCompleted, toggle, error };
}

function Tick({ title, isChecked, onChange }: { title: string; isChecked: boolean; onChange: (completed: boolean) => void }) {
  return (
    <span className="relative -mx-2 -my-1 flex size-11 shrink-0 items-center justify-center sm:-m-1 sm:size-9">
      <input
        type="checkbox"
        aria-label={`Done: ${title}`}
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
        className="peer absolute inset-0 m-auto size-5 cursor-pointer appearance-none rounded-full border-2 border-line-strong transition-colors checked:border-accent checked:bg-accent hover:border-accent"
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
    <button type="button" aria-label={`${title}, edit`} autoFocus={isFocused} onClick={onClick} className={`block w-full rounded text-left wrap-anywhere ${look}`}>
      {title}
    </button>
  );
}
