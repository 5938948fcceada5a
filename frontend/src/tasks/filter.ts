// The state of the list that the URL contains: view, search, filters, order.
import { createSerializer, parseAsNativeArrayOf, parseAsStringLiteral, createParser, type inferParserType } from "nuqs";
import type { Task } from "@/client";
import { derived } from "./derived";
import { priorities } from "./priority";
import { sorts } from "./sort";
import { views } from "./view";

export const priorityFilters = ["any", ...priorities.toReversed()] as const;

// limits of the service
const maxSearchLength = 200;
const maxTagLength = 50;
const maxTags = 20;

const parseAsSearch = createParser({ parse: (value: string) => truncate(value, maxSearchLength), serialize: String });
const parseAsTag = createParser({ parse: (value: string) => (value.trim() !== "" && value === truncate(value, maxTagLength) ? value : null), serialize: String });

export const filterParsers = {
  view: parseAsStringLiteral(views).withDefault("all").withOptions({ history: "push" }),
  q: parseAsSearch.withDefault(""),
  priority: parseAsStringLiteral(priorityFilters).withDefault("any"),
  tag: parseAsNativeArrayOf(parseAsTag),
  sort: parseAsStringLiteral(sorts).withDefault("due"),
};

export type Filter = inferParserType<typeof filterParsers>;

/** The address of a filter, relative to this app. */
export const filterUrl = (filter: Partial<Filter>) => createSerializer(filterParsers)("/", filter);

export const noFilter = { q: "", priority: "any", tag: [] } as const;

export const defaultFilter: Filter = { ...noFilter, tag: [], view: "all", sort: "due" };

/** Whether anything but the view limits the list. */
export function isFiltered({ q, priority, tag }: Pick<Filter, "q" | "priority" | "tag">): boolean {
  return q.trim() !== "" || priority !== "any" || tag.length > 0;
}

/** Tags without repetitions, at most as many as a task can have. */
export function distinctTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].slice(0, maxTags);
}

/** Returns a predicate: all words are in the title, the notes or the tags, all tags are the task's. */
export function matcher({ q, priority, tag }: Pick<Filter, "q" | "priority" | "tag">): (task: Task) => boolean {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return (task) => {
    if (priority !== "any" && task.priority !== priority) return false;
    if (!tag.every((name) => task.tags.includes(name))) return false;
    if (words.length === 0) return true;
    const { text } = derived(task);
    return words.every((word) => text.includes(word));
  };
}

function truncate(text: string, maxLength: number): string {
  return [...text.replaceAll("\0", "")].slice(0, maxLength).join("");
}
