// The sections of a view that is sorted by due date.
import type { Task } from "@/client";
import { derived } from "./derived";
import { startOfDay } from "./due-date";
import type { TaskView } from "./view";

export type SectionKind = "overdue" | "today" | "tomorrow" | "day" | "week" | "later" | "none" | "month";

/** `date` is a day of the section, where its name depends on it. */
export type Section = { id: string; kind: SectionKind; date?: Date };

export type ListItem<T extends Task = Task> = { section: Section; count: number } | { task: T };

/** Inserts a heading before the first task of each section. `tasks` are in the order of the sections. */
export function withHeadings<T extends Task>(tasks: readonly T[], view: TaskView, now: Date): ListItem<T>[] {
  const sectionOf = view === "done" ? doneSections(now) : dueSections(view, now);
  const items: ListItem<T>[] = [];
  let heading: { section: Section; count: number } | null = null;
  for (const task of tasks) {
    const section = sectionOf(task);
    if (heading?.section.id !== section.id) {
      heading = { section, count: 0 };
      items.push(heading);
    }
    heading.count += 1;
    items.push({ task });
  }
  const isOnlyUndated = items[0] && "section" in items[0] && items[0].section.kind === "none";
  return isOnlyUndated ? items.slice(1) : items;
}

function dueSections(view: TaskView, now: Date): (task: Task) => Section {
  const [tomorrow, dayAfter, nextWeek] = [startOfDay(now, 1), startOfDay(now, 2), startOfDay(now, 7)];
  return (task) => {
    const { due } = derived(task);
    if (due === Infinity) return sections.none;
    if (due < now.getTime()) return sections.overdue;
    if (due < tomorrow) return sections.today;
    if (due < dayAfter) return sections.tomorrow;
    if (view === "all") return due < nextWeek ? sections.week : sections.later;
    return due < nextWeek ? dayOf(due) : monthOf(due);
  };
}

function doneSections(now: Date): (task: Task) => Section {
  const [today, lastWeek] = [startOfDay(now), startOfDay(now, -6)];
  return (task) => {
    const { done } = derived(task);
    if (done >= today) return sections.today;
    return done >= lastWeek ? dayOf(done) : monthOf(done);
  };
}

const named = <Kind extends SectionKind>(kind: Kind): Section => ({ id: kind, kind });

const sections = {
  overdue: named("overdue"),
  today: named("today"),
  tomorrow: named("tomorrow"),
  week: named("week"),
  later: named("later"),
  none: named("none"),
};

function dayOf(time: number): Section {
  const date = new Date(startOfDay(new Date(time)));
  return { id: `day-${date.getMonth()}-${date.getDate()}`, kind: "day", date };
}

function monthOf(time: number): Section {
  const date = new Date(time);
  return { id: `month-${date.getFullYear()}-${date.getMonth()}`, kind: "month", date };
}
