import { expect, test } from "vitest";
import { firstWeekday } from "./first-weekday";

test.each([["en-GB", 1], ["de-AT", 1], ["en-US", 0], ["de", 1], ["en", 0], ["ar-EG", 6]])("in %s, weeks start on day %s", (locale, day) => {
  expect(firstWeekday(locale)).toBe(day);
});
