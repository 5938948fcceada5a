// The tasks: a new one, a way to find one, and the list.
"use client";

import { Composer } from "./composer";
import { FilterBar } from "./filter-bar";
import { TaskList } from "./task-list";
import { useFilter } from "./use-filter";

export function TasksPage() {
  const [filter, change] = useFilter();
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-2xl font-semibold tracking-tight">Tasks</h1>
      <Composer />
      <FilterBar filter={filter} onChange={change} />
      <TaskList filter={filter} onChange={change} />
    </div>
  );
}
