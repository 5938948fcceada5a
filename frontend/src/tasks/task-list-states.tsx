// Loading, empty, error and offline states of the task list.
"use client";

import { CircleCheckBig } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Alert } from "@/components/ui/alert";
import { toFailure, isTransient } from "@/lib/problem";
import { hasActiveFilters, type Filter } from "./filter";

export function TaskListSkeleton() {
  return (
    <div role="status" className="divide-y divide-border">
      <span className="sr-only">Loading tasks</span>
      {["w-2/5", "w-3/5", "w-1/3"].map((width) => (
        <div key={width} className="flex animate-pulse items-center gap-3 px-4 py-4">
          <div className="size-5 rounded-full bg-muted" />
          <div className={`h-4 rounded bg-muted ${width}`} />
        </div>
      ))}
    </div>
  );
}

type EmptyProps = { filter: Filter; onClear: () => void };

export function TaskListEmpty({ filter, onClear }: EmptyProps) {
  const isFiltered = hasActiveFilters(filter);
  return (
    <div role="status" className="flex flex-col items-center gap-1 px-4 py-14 text-center">
      <CircleCheckBig aria-hidden className="mb-3 size-8 text-muted-foreground" strokeWidth={1.5} />
      <p className="font-medium">{isFiltered ? "No matching tasks" : emptyTitles[filter.status]}</p>
      <p className="text-muted-foreground">{isFiltered ? "Try a different search or clear the filters." : emptyHints[filter.status]}</p>
      <ClearFiltersButton filter={filter} onClear={onClear} />
    </div>
  );
}

function ClearFiltersButton({ filter, onClear }: EmptyProps) {
  if (!hasActiveFilters(filter)) return null;
  return (
    <Button className="mt-4" onClick={onClear}>
      Clear search and filters
    </Button>
  );
}

const emptyTitles = { open: "Nothing to do", done: "No completed tasks", all: "No tasks yet" };
const emptyHints = {
  open: "Add a task above.",
  done: "Completed tasks appear here.",
  all: "Add your first task above.",
};

/** Shown if the list could not be loaded at all. */
export function TaskListError({ error, onRetry, ...filter }: EmptyProps & { error: unknown; onRetry: () => void }) {
  const { detail } = toFailure(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-4 py-14 text-center">
      <p className="font-medium">{"Couldn't load your tasks"}</p>
      <p className="text-muted-foreground">
        {detail} {isTransient(error) ? "Trying again…" : null}
      </p>
      <Button className="mt-4" onClick={onRetry}>
        Try again
      </Button>
      {isTransient(error) ? null : <ClearFiltersButton {...filter} />}
    </div>
  );
}

/** Shown above a list that may be stale. */
export function ConnectionAlert({ error }: { error: unknown }) {
  const isOnline = useOnline();
  if (!isOnline) return <Alert variant="warning">{"You're offline. The list may be out of date."}</Alert>;
  if (!error) return null;
  return <Alert variant="warning">{toFailure(error).detail} The list may be out of date. Trying again…</Alert>;
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener("online", listener);
      window.addEventListener("offline", listener);
      return () => {
        window.removeEventListener("online", listener);
        window.removeEventListener("offline", listener);
      };
    },
    () => navigator.onLine,
    () => true,
  );
}
