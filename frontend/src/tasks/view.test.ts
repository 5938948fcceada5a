import { describe, expect, test } from "vitest";
import type { Task } from "@/client";
import { matcher, noFilter } from "./filter";
import { withHeadings } from "./sections";
import { compareTasks, sorts } from "./sort";
import { countByView, viewMatcher, views, type TaskView } from "./view";

const now = new Date(2026, 10, 18, 15, 30); // a Wednesday
const at = (day: number, hour = 12, month = 10) => new Date(2026, month, day, hour).toISOString();

let created = 0;
function task(title: string, values: Partial<Task> = {}): Task {
  created += 1;
  const time = new Date(2026, 9, 1, 0, 0, created).toISOString();
  return { id: String(created), user_id: "ann", title, description: null, completed: false, completed_at: null, priority: "none", due_at: null, tags: [], revision: 1, deleted_at: null, created_at: time, updated_at: time, ...values };
}

const tasks = [
  task("no date"),
  task("next month", { due_at: at(2, 12, 11) }),
  task("friday", { due_at: at(20) }),
  task("tomorrow", { due_at: at(19, 0) }),
  task("this evening", { due_at: at(18, 23) }),
  task("this morning", { due_at: at(18, 9) }),
  task("last week", { due_at: at(11) }),
  task("done today", { completed: true, completed_at: at(18, 10), due_at: at(11) }),
  task("done last month", { completed: true, completed_at: at(3, 10, 9) }),
];

function list(view: TaskView): string[] {
  const listed = tasks.filter(viewMatcher(view, now)).toSorted(compareTasks("due", view, "en-GB"));
  return withHeadings(listed, view, now).map((item) => ("task" in item ? item.task.title : `${item.section.id} (${item.count})`));
}

describe("views", () => {
  test("today begins with what is overdue", () => {
    expect(list("today")).toEqual(["overdue (2)", "last week", "this morning", "today (1)", "this evening"]);
  });

  test("upcoming begins tomorrow", () => {
    expect(list("upcoming")).toEqual(["tomorrow (1)", "tomorrow", "day-10-20 (1)", "friday", "month-2026-11 (1)", "next month"]);
  });

  test("all has every open task, by due date", () => {
    expect(list("all")).toEqual([
      ...["overdue (2)", "last week", "this morning", "today (1)", "this evening", "tomorrow (1)", "tomorrow"],
      ...["week (1)", "friday", "later (1)", "next month", "none (1)", "no date"],
    ]);
  });

  test("done begins with what was completed last", () => {
    expect(list("done")).toEqual(["today (1)", "done today", "month-2026-9 (1)", "done last month"]);
  });

  test("the counts are the lengths of the views", () => {
    const counts = countByView(tasks, now);
    for (const view of views) {
      if (view !== "trash") expect(counts[view], view).toBe(tasks.filter(viewMatcher(view, now)).length);
    }
  });

  test("tasks without dates need no heading", () => {
    expect(withHeadings([task("one"), task("two")], "all", now).map((item) => "task" in item)).toEqual([true, true]);
  });
});

test("equal due dates are ordered by priority, then by age", () => {
  const [low, high, older, newer] = [task("low", { priority: "low" }), task("high", { priority: "high" }), task("older"), task("newer")];
  expect([low, older, high, newer].toSorted(compareTasks("due", "all", "en")).map(({ title }) => title)).toEqual(["high", "low", "newer", "older"]);
});

test("titles are sorted as people of the language do", () => {
  const titles = ["Zebra", "ärgern", "Task 10", "Task 9", "Apfel"].map((title) => task(title));
  expect(titles.toSorted(compareTasks("title", "all", "de")).map(({ title }) => title)).toEqual(["Apfel", "ärgern", "Task 9", "Task 10", "Zebra"]);
});

test("a search finds all its words in title, notes and tags", () => {
  const milk = task("Buy MILK", { description: "100% organic_x", tags: ["shop"], priority: "high" });
  const find = (q: string) => matcher({ ...noFilter, tag: [], q })(milk);
  expect(["milk", "shop buy", "100%", "c_x", " "].map(find)).toEqual([true, true, true, true, true]);
  expect(["bread", "milk bread", "1%"].map(find)).toEqual([false, false, false]);
  expect(matcher({ q: "", priority: "low", tag: [] })(milk)).toBe(false);
  expect(matcher({ q: "", priority: "high", tag: ["shop", "home"] })(milk)).toBe(false);
});

test("10,000 tasks are filtered, sorted and counted within a frame", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => task(`Task ${index}`, index % 3 ? { due_at: at((index % 90) - 30, index % 24) } : {}));
  const run = () => {
    const started = performance.now();
    const match = matcher({ q: "task 1", priority: "any", tag: [] });
    withHeadings(many.filter(viewMatcher("all", now)).filter(match).sort(compareTasks("due", "all", "en")), "all", now);
    countByView(many, now);
    return performance.now() - started;
  };
  const times = Array.from({ length: 5 }, run);
  console.log(`10,000 tasks: ${times.map((time) => time.toFixed(1)).join(", ")} ms`);
  expect(Math.min(...times)).toBeLessThan(50); // 16 ms on an idle machine
  expect(sorts[0]).toBe("due");
});
