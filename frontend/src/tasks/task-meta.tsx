// Due date, priority and tags of a task.
"use client";

import { Calendar, Flag } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import type { Task } from "@/client";
import { cn } from "@/lib/utils";
import { formatDueDate } from "./due-date";

const priorityColors = { low: "text-muted-foreground", medium: "text-warning", high: "text-destructive" };

export function TaskMeta({ task, onTag }: { task: Task; onTag: (tag: string) => void }) {
  const t = useTranslations("fields");
  if (!task.due_at && task.priority === "none" && task.tags.length === 0) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted-foreground">
      {task.due_at ? <DueDate at={task.due_at} isDone={task.completed} /> : null}
      <PriorityBadge priority={task.priority} />
      {task.tags.map((tag) => (
        <button
          key={tag}
          type="button"
          data-control
          tabIndex={-1}
          className="max-w-full truncate rounded-md hover:text-primary"
          aria-label={t("showTag", { tag })}
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
  const t = useTranslations("fields");
  const locale = useLocale();
  const isLate = !isDone && new Date(at) < new Date();
  return (
    <time dateTime={at} className={cn("inline-flex items-center gap-1", isLate && "font-medium text-destructive")}>
      <Calendar aria-hidden className="size-3.5" />
      <span className="sr-only forced-colors:not-sr-only">{isLate ? t("overdueLabel") : t("dueLabel")}</span>
      {formatDueDate(new Date(at), new Date(), locale)}
    </time>
  );
}

function PriorityBadge({ priority }: { priority: Task["priority"] }) {
  const t = useTranslations();
  if (priority === "none") return null;
  return (
    <span className="inline-flex items-center gap-1">
      <Flag aria-hidden className={cn("size-3.5", priorityColors[priority])} />
      <span aria-hidden>{t(`priority.${priority}`)}</span>
      <span className="sr-only">{t(`priorityLong.${priority}`)}</span>
    </span>
  );
}
