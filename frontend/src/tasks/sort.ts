// The order of the tasks in a list.
import type { Task } from "@/client";
import { derived } from "./derived";
import type { TaskView } from "./view";

/** The first is the default. */
export const sorts = ["due", "priority", "newest", "oldest", "title", "updated"] as const;
export type Sort = (typeof sorts)[number];

type Compare = (left: Task, right: Task) => number;

const priorityRanks = { none: 0, low: 1, medium: 2, high: 3 };

const newest: Compare = (left, right) => derived(right).created - derived(left).created || (left.id < right.id ? 1 : -1);
const priority: Compare = (left, right) => priorityRanks[right.priority] - priorityRanks[left.priority];

/** Tasks without a due date come last. */
const due: Compare = (left, right) => {
  const [one, other] = [derived(left).due, derived(right).due];
  return one === other ? 0 : one - other;
};

const done: Compare = (left, right) => derived(right).done - derived(left).done;

/** In the view of completed tasks, the default order is that of their completion. */
export function compareTasks(sort: Sort, view: TaskView, locale: string): Compare {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const orders: Record<Sort, readonly Compare[]> = {
    due: view === "done" ? [done] : [due, priority],
    priority: [priority, due],
    newest: [],
    oldest: [(left, right) => newest(right, left)],
    title: [(left, right) => compare(left.title, right.title)],
    updated: [(left, right) => derived(right).updated - derived(left).updated],
  };
  return (left, right) => {
    for (const order of orders[sort]) {
      const result = order(left, right);
      if (result !== 0) return result;
    }
    return newest(left, right);
  };
}
