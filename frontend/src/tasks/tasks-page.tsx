// The tasks: a new one, a way to find one, and the list.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/alert";
import { isListed } from "./task-cache";
import { Composer } from "./new-task-form";
import { usual, type Filter } from "./filter";
import { FilterBar } from "./filter-bar";
import { TaskList } from "./task-list";
import { UnsentTasks } from "./unsent-tasks";
import { useFilter } from "./use-filter";

export function TasksPage() {
  const [filter, change] = useFilter();
  const queries = useQueryClient();
  // a task just added that the list does not show
  const [hidden, setHidden] = useState<Task | null>(null);

  const onAdded = (task: Task) => setHidden(isListed(queries, task.user_id, task.id) ? null : task);
  const onChange = (to: Partial<Filter>) => {
    setHidden(null);
    change(to);
  };

  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-2xl font-semibold tracking-tight">Tasks</h1>
      <Composer onAdded={onAdded} />
      <UnsentTasks onAdded={onAdded} />
      {hidden ? <Hidden title={hidden.title} onShow={() => onChange(usual)} /> : null}
      <FilterBar filter={filter} onChange={onChange} />
      <TaskList filter={filter} onChange={onChange} />
    </div>
  );
}

function Hidden({ title, onShow }: { title: string; onShow: () => void }) {
  return (
    <Notice
      kind="info"
      action={
        <Button size="small" onClick={onShow}>
          Show it
        </Button>
      }
    >
      “{title}” is added, but not in this part of the list.
    </Notice>
  );
}
