// Formats due dates relative to today.

const dayMs = 24 * 60 * 60 * 1000;

export function formatDueDate(due: Date, now: Date, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(due);
  return `${formatDay(due, now, locale)}, ${time}`;
}

function formatDay(due: Date, now: Date, locale: string): string {
  const days = Math.round((startOfDay(due) - startOfDay(now)) / dayMs);
  if (Math.abs(days) <= 1) return capitalize(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day"));
  if (days > 0 && days < 7) return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(due);
  const year = due.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year }).format(due);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capitalize(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
