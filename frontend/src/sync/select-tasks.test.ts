import { expect, test } from "vitest";
import type { Task } from "@/client";
import { selectTasks, type TaskCriteria } from "./select-tasks";

function task(title: string, members: Partial<Task> = {}): Task {
  const times = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", completed_at: null, deleted_at: null, due_at: null };
  return { id: title, user_id: "ann", title, description: null, completed: false, priority: "none", tags: [], revision: 1, ...times, ...members };
}

const tasks = [
  task("Read a book", { tags: ["home", "quiet"], priority: "low" }),
  task("Task 10", { due_at: "2030-02-01T00:00:00Z", completed: true }),
  task("Task 9", { due_at: "2030-01-01T00:00:00Z", priority: "high", description: "With a Book" }),
];

const titles = (criteria: Partial<TaskCriteria>) => selectTasks(tasks, { sort: "title", ...criteria }).map(({ title }) => title);

test("filters", () => {
  expect(titles({ completed: false })).toEqual(["Read a book", "Task 9"]);
  expect(titles({ priority: "high" })).toEqual(["Task 9"]);
  expect(titles({ tags: ["quiet", "home"] })).toEqual(["Read a book"]);
  expect(titles({ tags: ["quiet", "work"] })).toEqual([]);
  expect(titles({ dueBefore: new Date("2030-01-15") })).toEqual(["Task 9"]);
  expect(titles({ dueAfter: new Date("2030-01-15") })).toEqual(["Task 10"]);
});

test("finds words in title and description, in any case", () => {
  expect(titles({ q: "BOOK" })).toEqual(["Read a book", "Task 9"]);
  expect(titles({ q: " 9  book" })).toEqual(["Task 9"]);
  expect(titles({ q: "%" })).toEqual([]);
});

test("sorts; tasks without a due date come last", () => {
  expect(titles({ sort: "title" })).toEqual(["Read a book", "Task 9", "Task 10"]);
  expect(titles({ sort: "-priority" })).toEqual(["Task 9", "Read a book", "Task 10"]);
  expect(titles({ sort: "due_at" })).toEqual(["Task 9", "Task 10", "Read a book"]);
  expect(titles({ sort: "-due_at" })).toEqual(["Task 10", "Task 9", "Read a book"]);
});
