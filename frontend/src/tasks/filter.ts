// Which tasks are shown and in what order: in the address, so that a reload or a link shows the same.
import type { ListTasksData, Priority } from "@/client";
import { priorities } from "./priority";

type Query = NonNullable<ListTasksData["query"]>;

export type Filter = {
  status: "open" | "done" | "all";
  q: string;
  priority: Priority | "any";
  due: "any" | "overdue" | "today" | "week";
  tags: string[];
  sort: NonNullable<Query["sort"]>;
};

export const statuses = [
  { value: "open", label: "Open" },
  { value: "done", label: "Done" },
  { value: "all", label: "All" },
] as const;

export const priorityFilters = [
  { value: "any", label: "Any priority" },
  ...priorities.toReversed().map(({ value, label }) => ({ value, label: value === "none" ? "No priority" : `${label} priority` })),
] as const;

export const dues = [
  { value: "any", label: "Any time" },
  { value: "overdue", label: "Overdue" },
  { value: "today", label: "Until tonight" },
  { value: "week", label: "Within a week" },
] as const;

export const sorts = [
  { value: "-created_at", label: "Newest first" },
  { value: "created_at", label: "Oldest first" },
  { value: "due_at", label: "Due soonest" },
  { value: "-priority", label: "Most important" },
  { value: "title", label: "Title" },
  { value: "-updated_at", label: "Last changed" },
] as const;

type Option = { value: string };

function oneOf<T extends Option>(options: readonly T[], value: string | null): T["value"] {
  return (options.find((option) => option.value === value) ?? options[0]!).value as T["value"];
}

// what the service takes of them
const longestSearch = 200;
const longestTag = 50;
const mostTags = 20;

/** The filter of an address, whoever wrote it: what can't be is left out. */
export function filterOf(params: URLSearchParams): Filter {
  const due = oneOf(dues, params.get("due"));
  return {
    status: due === "overdue" ? "open" : oneOf(statuses, params.get("status")),
    q: cut(params.get("q") ?? "", longestSearch),
    priority: oneOf(priorityFilters, params.get("priority")),
    due,
    tags: tagsOf(params.getAll("tag")),
    sort: oneOf(sorts, params.get("sort")),
  };
}

function tagsOf(tags: string[]): string[] {
  const known = tags.filter((tag) => tag.trim() !== "" && tag === cut(tag, longestTag));
  return [...new Set(known)].slice(0, mostTags);
}

function cut(text: string, longest: number): string {
  return [...text.replaceAll("\0", "")].slice(0, longest).join("");
}

/** What is done is never overdue: to choose one is to leave the other. */
export function changed(filter: Filter, to: Partial<Filter>): Filter {
  const next = { ...filter, ...to };
  if (next.due !== "overdue" || next.status === "open") return next;
  return to.due ? { ...next, status: "open" } : { ...next, due: "any" };
}

/** All that is to be done, the newest first. */
export const usual = filterOf(new URLSearchParams());

export function addressOf(filter: Filter): string {
  const params = new URLSearchParams();
  for (const name of ["status", "q", "priority", "due", "sort"] as const) {
    if (filter[name] !== usual[name]) params.set(name, filter[name]);
  }
  filter.tags.forEach((tag) => params.append("tag", tag));
  return params.size > 0 ? `?${params}` : "";
}

/** Whether tasks may be hidden by more than their being done. */
export function isNarrow({ q, priority, due, tags }: Filter): boolean {
  return q.trim() !== "" || priority !== "any" || due !== "any" || tags.length > 0;
}

/** The same for every page of a list: a cursor holds for the query that it came from. */
export function queryOf(filter: Filter, now: Date): Query {
  return {
    completed: filter.status === "all" ? undefined : filter.status === "done",
    priority: filter.priority === "any" ? undefined : filter.priority,
    tag: filter.tags.length > 0 ? filter.tags : undefined,
    q: filter.q.trim() || undefined,
    due_before: dueBefore(filter.due, now)?.toISOString(),
    sort: filter.sort,
  };
}

function dueBefore(due: Filter["due"], now: Date): Date | undefined {
  const days = { any: undefined, overdue: undefined, today: 1, week: 7 }[due];
  if (due === "overdue") return now;
  return days === undefined ? undefined : new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}
