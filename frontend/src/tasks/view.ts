// The views: which tasks each of them shows.
import type { Task } from "@/client";
import { derived } from "./derived";
import { startOfDay } from "./due-date";

export const views = ["today", "upcoming", "all", "done", "trash"] as const;
export type View = (typeof views)[number];

export type TaskView = Exclude<View, "trash">;

/** Returns a predicate. `now` decides what is due today: its day in the browser's time zone. */
export function viewMatcher(view: TaskView, now: Date): (task: Task) => boolean {
  const tomorrow = startOfDay(now, 1);
  const matchers: Record<TaskView, (task: Task) => boolean> = {
    today: (task) => !task.completed && derived(task).due < tomorrow,
    upcoming: (task) => !task.completed && Boolean(task.due_at) && derived(task).due >= tomorrow,
    all: (task) => !task.completed,
    done: (task) => task.completed,
  };
  return matchers[view];
}

export type Counts = Record<TaskView, number>;

export function countByView(tasks: readonly Task[], now: Date): Counts {
  const tomorrow = startOfDay(now, 1);
  const counts = { today: 0, upcoming: 0, all: 0, done: 0 };
  for (const task of tasks) {
    if (task.completed) counts.done += 1;
    else {
      counts.all += 1;
      if (task.due_at) counts[derived(task).due < tomorrow ? "today" : "upcoming"] += 1;
    }
  }
  return counts;
}

/** The due date of a task that is added in the view, as the form stores it: so that the view shows it. */
export function defaultDueDays(view: View): number | null {
  return { today: 0, upcoming: 1, all: null, done: null, trash: null }[view];
}
