// Due dates in words.
import { describe, expect, test } from "vitest";
import { formatDueDate } from "./due-date";

const now = new Date(2026, 10, 18, 15, 30); // a Wednesday
const at = (day: number, hour = 9, month = 10, year = 2026) => formatDueDate(new Date(year, month, day, hour), now, "en-GB");

describe("a due date is said", () => {
  test.each([
    ["the day before", at(17, 23), "Yesterday, 23:00"],
    ["earlier on the same day", at(18, 0), "Today, 00:00"],
    ["later on the same day", at(18, 23), "Today, 23:00"],
    ["the next day, less than a day away", at(19, 9), "Tomorrow, 09:00"],
    ["within the week, by its weekday", at(20), "Friday, 09:00"],
    ["the last day of that", at(24), "Tuesday, 09:00"],
    ["a week from now, by its date", at(25), "25 Nov, 09:00"],
    ["longer ago", at(16), "16 Nov, 09:00"],
    ["in another year, with it", at(1, 9, 0, 2027), "1 Jan 2027, 09:00"],
  ])("%s", (_when, said, expected) => {
    expect(said).toBe(expected);
  });
});
