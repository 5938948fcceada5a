import { createTranslator } from "use-intl/core";
import { describe, expect, test } from "vitest";
import de from "../../../messages/de.json";
import en from "../../../messages/en.json";
import { messagesFor } from "./messages";

type Catalogue = { [key: string]: string | Catalogue };

function flatten(catalogue: Catalogue, prefix = ""): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

/** The names of a message's arguments and tags. */
function argumentsOf(message: string): string[] {
  return [...new Set([...message.matchAll(/\{(\w+)[,}]|<(\w+)>/g)].map(([, name, tag]) => name ?? `<${tag}>`))].toSorted();
}

describe("the German catalogue", () => {
  const [english, german] = [new Map(flatten(en)), new Map(flatten(de))];

  test("has the keys of the English one, in its order", () => {
    expect([...german.keys()]).toEqual([...english.keys()]);
  });

  test("has no empty message, and the same arguments", () => {
    for (const [key, message] of german) {
      expect(message.trim(), key).not.toBe("");
      expect(argumentsOf(message), key).toEqual(argumentsOf(english.get(key) ?? ""));
    }
  });
});

test("every message compiles, plurals follow the language", () => {
  for (const [locale, one, many] of [["en-GB", "1 task", "2 tasks"], ["de-DE", "1 Aufgabe", "2 Aufgaben"]] as const) {
    const translate = createTranslator({ locale, messages: messagesFor(locale) });
    expect(translate("views.count", { count: 1 })).toBe(one);
    expect(translate("views.count", { count: 2 })).toBe(many);
  }
});
