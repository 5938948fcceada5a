// The task filter, stored in the URL.
import type { ListTasksData, Priority } from "@/client";
import { priorities } from "./priority";

type Query = NonNullable<ListTasksData["query"]>;

export type Filter = {
  status: "open" | "done" | "all";
  q: string;
  priority: Priority | "any";
  due: "any" | "overdue" | "today" | "week";
  tags: string[];
  sort: (typeof sortOptions)[number];
};

// the first of each is the default
export const statusOptions = ["open", "done", "all"] as const;
export const priorityFilterOptions = ["any", ...priorities.toReversed()] as const;
export const dueOptions = ["any", "overdue", "today", "week"] as const;
export const sortOptions = ["-created_at", "created_at", "due_at", "-priority", "title", "-updated_at"] as const;

function parseOption<T extends string>(options: readonly T[], value: string | null): T {
  return options.find((option) => option === value) ?? options[0]!;
}

// limits of the service
const maxSearchLength = 200;
const maxTagLength = 50;
const maxTags = 20;

/** Parses a filter from URL parameters; invalid values are ignored. */
export function parseFilter(params: URLSearchParams): Filter {
  const due = parseOption(dueOptions, params.get("due"));
  return {
    status: due === "overdue" ? "open" : parseOption(statusOptions, params.get("status")),
    q: truncate(params.get("q") ?? "", maxSearchLength),
    priority: parseOption(priorityFilterOptions, params.get("priority")),
    due,
    tags: parseTags(params.getAll("tag")),
    sort: parseOption(sortOptions, params.get("sort")),
  };
}

function parseTags(tags: string[]): string[] {
  const valid = tags.filter((tag) => tag.trim() !== "" && tag === truncate(tag, maxTagLength));
  return [...new Set(valid)].slice(0, maxTags);
}

function truncate(text: string, maxLength: number): string {
  return [...text.replaceAll("\0", "")].slice(0, maxLength).join("");
}

/** Applies a change. "Overdue" and "done" exclude each other: the later choice wins. */
export function updateFilter(filter: Filter, to: Partial<Filter>): Filter {
  const next = { ...filter, ...to };
  if (next.due !== "overdue" || next.status === "open") return next;
  return to.due ? { ...next, status: "open" } : { ...next, due: "any" };
}

/** Open tasks, newest first. */
export const defaultFilter = parseFilter(new URLSearchParams());

export function toSearch(filter: Filter): string {
  const params = new URLSearchParams();
  for (const name of ["status", "q", "priority", "due", "sort"] as const) {
    if (filter[name] !== defaultFilter[name]) params.set(name, filter[name]);
  }
  filter.tags.forEach((tag) => params.append("tag", tag));
  return params.size > 0 ? `?${params}` : "";
}

/** Whether anything but the status limits the list. */
export function hasActiveFilters({ q, priority, due, tags }: Filter): boolean {
  return q.trim() !== "" || priority !== "any" || due !== "any" || tags.length > 0;
}

/** `now` must be the same for every page: a cursor is valid for one query only. */
export function toListQuery(filter: Filter, now: Date): Query {
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
