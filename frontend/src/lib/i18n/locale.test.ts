import { expect, test } from "vitest";
import { negotiateLocale } from "./locale";

test.each([
  ["the browser's first supported language", undefined, "fr-FR, de-AT;q=0.8, en;q=0.7", "de-AT"],
  ["the region of a later range", undefined, "en, en-US;q=0.9", "en-US"],
  ["quality before order", undefined, "de;q=0.5, en-AU;q=0.9", "en-AU"],
  ["the setting before the browser", "de", "en-US, en;q=0.9", "de-DE"],
  ["the setting with the browser's region", "de", "en-US, de-CH;q=0.5", "de-CH"],
  ["English if nothing fits", undefined, "fr, *;q=0.1", "en-GB"],
  ["nothing excluded by q=0", undefined, "de;q=0, en-GB", "en-GB"],
  ["no header", undefined, "", "en-GB"],
] as const)("%s", (_case, setting, header, locale) => {
  expect(negotiateLocale(setting, header)).toBe(locale);
});
