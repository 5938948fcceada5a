// Filters, searches and sorts tasks in memory.
import type { ListTasksData, Priority, Task } from "@/client";

export type TaskSort = NonNullable<NonNullable<ListTasksData["query"]>["sort"]>;

/** What is undefined or empty does not limit the result. */
export type TaskCriteria = {
  completed?: boolean;
  priority?: Priority;
  /** All of them. */
  tags?: readonly string[];
  /** Words in the title or the description, in any case. */
  q?: string;
  /** Excludes tasks without a due date. */
  dueBefore?: Date;
  dueAfter?: Date;
  sort: TaskSort;
};

export function selectTasks<T extends Task>(tasks: readonly T[], criteria: TaskCriteria): T[] {
  const selected = tasks.filter(toPredicate(criteria));
  return selected.sort(toComparison(criteria.sort));
}

function toPredicate({ completed, priority, tags = [], q = "", dueBefore, dueAfter }: TaskCriteria): (task: Task) => boolean {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const [before, after] = [dueBefore?.toISOString(), dueAfter?.toISOString()];
  return (task) =>
    (completed === undefined || task.completed === completed) &&
    (priority === undefined || task.priority === priority) &&
    tags.every((tag) => task.tags.includes(tag)) &&
    (before === undefined || (task.due_at !== null && task.due_at < before)) &&
    (after === undefined || (task.due_at !== null && task.due_at >= after)) &&
    (words.length === 0 || words.every((word) => searchText(task).includes(word)));
}

const searchTexts = new WeakMap<Task, string>();

function searchText(task: Task): string {
  let text = searchTexts.get(task);
  if (text === undefined) {
    text = `${task.title}\n${task.description ?? ""}`.toLowerCase();
    searchTexts.set(task, text);
  }
  return text;
}

type Comparison = (left: Task, right: Task) => number;

const priorities: Record<Priority, number> = { none: 0, low: 1, medium: 2, high: 3 };
// of the page's language; digits as numbers
const collator = new Intl.Collator(undefined, { numeric: true });

const comparisons: Record<string, Comparison> = {
  created_at: (left, right) => compareText(left.created_at, right.created_at),
  updated_at: (left, right) => compareText(left.updated_at, right.updated_at),
  due_at: (left, right) => compareText(left.due_at ?? "", right.due_at ?? ""),
  priority: (left, right) => priorities[left.priority] - priorities[right.priority],
  title: (left, right) => collator.compare(left.title, right.title),
};

/** Tasks without a due date come last in both directions. Equal tasks are in order of creation. */
function toComparison(sort: TaskSort): Comparison {
  const isDescending = sort.startsWith("-");
  const compare = comparisons[sort.replace("-", "")]!;
  const isByDueDate = sort.endsWith("due_at");
  return (left, right) => {
    const missing = isByDueDate ? Number(left.due_at === null) - Number(right.due_at === null) : 0;
    const order = compare(left, right);
    return missing || (isDescending ? -order : order) || compareText(left.id, right.id) * (isDescending ? -1 : 1);
  };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
