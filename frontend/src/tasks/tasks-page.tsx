"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { Alert } from "@/components/ui/alert";
import { isTaskListed } from "./task-cache";
import { NewTaskForm } from "./new-task-form";
import { defaultFilter, type Filter } from "./filter";
import { FilterBar } from "./filter-bar";
import { TaskList } from "./task-list";
import { UnsentTasks } from "./unsent-tasks";
import { useFilter } from "./use-filter";

export function TasksPage() {
  const t = useTranslations("tasks");
  const [filter, change] = useFilter();
  const queryClient = useQueryClient();
  // a new task that the current filter hides
  const [hiddenTask, setHiddenTask] = useState<Task | null>(null);

  const onAdded = (task: Task) => setHiddenTask(isTaskListed(queryClient, task.user_id, task.id) ? null : task);
  const onChange = (to: Partial<Filter>) => {
    setHiddenTask(null);
    change(to);
  };

  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-2xl font-semibold tracking-tight">{t("title")}</h1>
      <NewTaskForm onAdded={onAdded} />
      <UnsentTasks onAdded={onAdded} />
      {hiddenTask ? <HiddenTaskAlert onShow={() => onChange(defaultFilter)} /> : null}
      <FilterBar filter={filter} onChange={onChange} />
      <TaskList filter={filter} onChange={onChange} />
    </div>
  );
}

function HiddenTaskAlert({ onShow }: { onShow: () => void }) {
  const t = useTranslations("tasks");
  return (
    <Alert
      variant="default"
      action={
        <Button size="sm" onClick={onShow}>
          {t("showTask")}
        </Button>
      }
    >
      {t("hiddenByFilter")}
    </Alert>
  );
}
