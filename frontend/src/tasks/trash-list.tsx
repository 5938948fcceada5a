// The deleted tasks: each can be restored, or deleted for good.
"use client";

import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { Task } from "@/client";
import { QueryProvider } from "@/components/query-provider";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { useRestoreFocus } from "@/components/use-restore-focus";
import { useTaskActions } from "@/sync/hooks";
import { useTrash } from "@/sync/use-trash";
import { formatDay } from "./due-date";
import { TaskListSkeleton } from "./task-list-states";
import { useTaskCommands } from "./use-task-commands";

export default function TrashList() {
  return (
    <QueryProvider>
      <Trash />
    </QueryProvider>
  );
}

function Trash() {
  const t = useTranslations();
  const { tasks, isLoading, error, hasMore, loadMore } = useTrash();
  const actions = useTaskActions();
  const restoreFocus = useRestoreFocus<HTMLDivElement>("button");
  if (isLoading) return <TaskListSkeleton />;
  return (
    <div {...restoreFocus} tabIndex={-1} className="outline-hidden">
      {error ? (
        <div className="p-4">
          <Alert variant="warning">{error.detail}</Alert>
        </div>
      ) : null}
      {tasks.length === 0 && !error ? (
        <div role="status" className="flex flex-col items-center gap-1 px-4 py-14 text-center">
          <Trash2 aria-hidden className="mb-3 size-8 text-muted-foreground" strokeWidth={1.5} />
          <p className="font-medium">{t("empty.trash")}</p>
          <p className="text-muted-foreground">{t("empty.trashHint")}</p>
        </div>
      ) : null}
      {tasks.length > 0 ? (
        <div className="flex items-center gap-2 border-b border-border py-2.5 pr-2 pl-4">
          <p className="min-w-0 flex-1 text-sm text-muted-foreground">{t("empty.trashHint")}</p>
          <DeleteForever label={t("trash.empty")} onConfirm={() => actions?.removeForever(tasks.map(({ id }) => id))} />
        </div>
      ) : null}
      <ul aria-label={t("views.trash")} className="divide-y divide-border">
        {tasks.map((task) => (
          <TrashRow key={task.id} task={task} />
        ))}
      </ul>
      {hasMore ? (
        <div className="border-t border-border p-2 text-center">
          <Button variant="ghost" onClick={loadMore}>
            {t("trash.more")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function TrashRow({ task }: { task: Task }) {
  const t = useTranslations("trash");
  const locale = useLocale();
  const actions = useTaskActions();
  const { restore } = useTaskCommands();
  return (
    <li className="flex items-center gap-2 py-2.5 pr-2 pl-4">
      <div className="min-w-0 flex-1">
        <p dir="auto" className="wrap-anywhere">{task.title}</p>
        {task.deleted_at ? <p className="text-sm text-muted-foreground">{t("deletedOn", { date: formatDay(new Date(task.deleted_at), new Date(), locale) })}</p> : null}
      </div>
      <Button size="sm" aria-label={t("restoreTask", { title: task.title })} onClick={() => restore([task])}>
        <RotateCcw aria-hidden className="size-4" />
        <span className="max-sm:sr-only">{t("restore")}</span>
      </Button>
      <DeleteForever label={t("delete")} name={t("deleteTask", { title: task.title })} onConfirm={() => actions?.removeForever([task.id])} />
    </li>
  );
}

/** Asks again in place: the second click deletes. */
function DeleteForever({ label, name, onConfirm }: { label: string; name?: string; onConfirm: () => void }) {
  const t = useTranslations("trash");
  const [isAsking, setAsking] = useState(false);
  return (
    <Button
      size="sm"
      variant={isAsking ? "destructive" : "ghost-destructive"}
      aria-label={isAsking ? undefined : name}
      onBlur={() => setAsking(false)}
      onClick={() => (isAsking ? onConfirm() : setAsking(true))}
    >
      {isAsking ? t("confirm") : label}
    </Button>
  );
}
