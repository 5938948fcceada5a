// Values that sorting and searching need, computed once per task: with thousands of tasks, parsing dates would take most of the time.
import type { Task } from "@/client";

type Derived = { due: number; created: number; updated: number; done: number; text: string };

const cache = new WeakMap<Task, Derived>();

/** `due` is infinite if the task has none, `done` is the time of the last change if it is unknown. `text` is what a search covers. */
export function derived(task: Task): Derived {
  const known = cache.get(task);
  if (known) return known;
  const updated = Date.parse(task.updated_at);
  const values = {
    due: task.due_at ? Date.parse(task.due_at) : Infinity,
    created: Date.parse(task.created_at),
    updated,
    done: task.completed_at ? Date.parse(task.completed_at) : updated,
    text: `${task.title}\n${task.description ?? ""}\n${task.tags.join("\n")}`.toLowerCase(),
  };
  cache.set(task, values);
  return values;
}
