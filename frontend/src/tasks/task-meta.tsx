// Due date, priority and tags of a task.
"use client";

import { Calendar } from "lucide-react";
import type { Task } from "@/client";
import { preferredLocale } from "@/lib/locale";
import { formatDueDate } from "./due-date";
import { priorityOptions } from "./priority";

const priorityColors = { low: "bg-border-strong", medium: "bg-warning", high: "bg-danger" };

export function TaskMeta({ task, onTag }: { task: Task; onTag: (tag: string) => void }) {
  if (!task.due_at && task.priority === "none" && task.tags.length === 0) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted-foreground">
      {task.due_at ? <DueDate at={task.due_at} isDone={task.completed} /> : null}
      <PriorityBadge priority={task.priority} />
      {task.tags.map((tag) => (
        <button
          key={tag}
          type="button"
          className="max-w-full truncate rounded-md hover:text-accent"
          aria-label={`Show tasks tagged ${tag}`}
          onClick={() => onTag(tag)}
        >
          <span aria-hidden className="opacity-60">
            #
          </span>
          <bdi>{tag}</bdi>
        </button>
      ))}
    </div>
  );
}

function DueDate({ at, isDone }: { at: string; isDone: boolean }) {
  const isLate = !isDone && new Date(at) < new Date();
  return (
    <time dateTime={at} className={`inline-flex items-center gap-1 ${isLate ? "font-medium text-danger" : ""}`}>
      <Calendar aria-hidden className="size-3.5" />
      <span className="sr-only forced-colors:not-sr-only">{isLate ? "Overdue:" : "Due:"}</span>
      {formatDueDate(new Date(at), new Date(), preferredLocale())}
    </time>
  );
}

function PriorityBadge({ priority }: { priority: Task["priority"] }) {
  if (priority === "none") return null;
  return (
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className={`size-2 rounded-full ${priorityColors[priority]}`} />
      {priorityOptions.find(({ value }) => value === priority)?.label}
      <span className="sr-only"> priority</span>
    </span>
  );
}
