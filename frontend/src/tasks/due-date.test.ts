import { describe, expect, test } from "vitest";
import { formatDueDate } from "./due-date";

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
  ])("%s", (_when, formatted, expected) => {
    expect(formatted).toBe(expected);
  });
});
