// Due dates: a day, or a day with a time. A task that is due on a day, without a time, is due at the end of it.

const dayMs = 24 * 60 * 60 * 1000;
const endOfDay = { hours: 23, minutes: 59 };

/** As a form stores it: local time without a zone, such as `2026-11-20T09:30`. Empty if there is none. */
export type LocalDue = string;

/** The start of the day `days` after `date`'s, in milliseconds. */
export function startOfDay(date: Date, days = 0): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** The number of days from `from`'s day to `to`'s. */
export function daysBetween(from: Date, to: Date): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / dayMs);
}

export function hasTime(due: Date): boolean {
  return due.getHours() !== endOfDay.hours || due.getMinutes() !== endOfDay.minutes;
}

/** A day without a time. */
export function dueOnDay(date: Date): LocalDue {
  return `${toDate(date)}T${endOfDay.hours}:${endOfDay.minutes}`;
}

export function dueInDays(days: number, now: Date): LocalDue {
  return dueOnDay(new Date(startOfDay(now, days)));
}

/** The days from today to the next Monday, or to the next first day of the week of the locale. */
export function daysToNextWeek(now: Date, firstWeekday: number): number {
  return (firstWeekday - now.getDay() + 7) % 7 || 7;
}

export function toLocalDue(instant: string): LocalDue {
  const date = new Date(instant);
  const inPlace = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return inPlace.toISOString().slice(0, 16);
}

export function toInstant(due: LocalDue): string | null {
  return due ? new Date(due).toISOString() : null;
}

/** Relative to today; with the time, if it has one. */
export function formatDueDate(due: Date, now: Date, locale: string): string {
  const day = formatDay(due, now, locale);
  if (!hasTime(due)) return day;
  return `${day}, ${new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(due)}`;
}

export function formatDay(date: Date, now: Date, locale: string): string {
  const days = daysBetween(now, date);
  if (Math.abs(days) <= 1) return capitalize(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day"));
  if (days > 0 && days < 7) return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(date);
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year }).format(date);
}

function toDate(date: Date): string {
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

function capitalize(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
