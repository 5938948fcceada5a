import { describe, expect, test } from "vitest";
import { daysToNextWeek, dueInDays, formatDueDate, toInstant, toLocalDue } from "./due-date";

const now = new Date(2026, 10, 18, 15, 30); // a Wednesday
const at = (day: number, hour = 9, month = 10, year = 2026) => formatDueDate(new Date(year, month, day, hour), now, "en-GB");

describe("formatDueDate", () => {
  test.each([
    ["yesterday", at(17, 23), "Yesterday, 23:00"],
    ["earlier today", at(18, 0), "Today, 00:00"],
    ["later today", at(18, 23), "Today, 23:00"],
    ["tomorrow, less than 24 hours away", at(19, 9), "Tomorrow, 09:00"],
    ["within 6 days: weekday", at(20), "Friday, 09:00"],
    ["6 days away: weekday", at(24), "Tuesday, 09:00"],
    ["7 days away: date", at(25), "25 Nov, 09:00"],
    ["two days ago: date", at(16), "16 Nov, 09:00"],
    ["another year: date with year", at(1, 9, 0, 2027), "1 Jan 2027, 09:00"],
    ["in German", formatDueDate(new Date(2026, 10, 19, 9), now, "de-DE"), "Morgen, 09:00"],
    ["without a time", formatDueDate(new Date(dueInDays(2, now)), now, "en-GB"), "Friday"],
  ])("%s", (_when, formatted, expected) => {
    expect(formatted).toBe(expected);
  });
});

test("a day without a time ends at 23:59", () => {
  expect(dueInDays(13, now)).toBe("2026-12-01T23:59");
  expect(toLocalDue(toInstant("2026-12-01T23:59")!)).toBe("2026-12-01T23:59");
  expect(toInstant("")).toBeNull();
});

test.each([["Monday", 1, 5], ["Sunday", 0, 4], ["Wednesday, in a week", 3, 7]] as const)("next week begins on %s", (_day, first, days) => {
  expect(daysToNextWeek(now, first)).toBe(days);
});
