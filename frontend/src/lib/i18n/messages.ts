// The message catalogues, compiled on the server: browsers do not need a parser for ICU messages.
import compile from "icu-minify/compile";
import type { Messages } from "use-intl";
import de from "../../../messages/de.json";
import en from "../../../messages/en.json";
import { supportedLanguage, type Language } from "./locale";

type Catalogue = { [key: string]: string | Catalogue };

const catalogues: Record<Language, Catalogue> = { en, de };
const compiled = new Map<Language, Messages>();

/** The messages of a locale's language, compiled once. */
export function messagesFor(locale: string): Messages {
  const language = supportedLanguage(locale) ?? "en";
  const messages = compiled.get(language) ?? (toPlain(compileAll(catalogues[language])) as Messages);
  compiled.set(language, messages);
  return messages;
}

function compileAll(catalogue: Catalogue): object {
  return Object.fromEntries(Object.entries(catalogue).map(([key, value]) => [key, typeof value === "string" ? compile(value) : compileAll(value)]));
}

/** Only objects with a prototype can be passed to client components. */
function toPlain(messages: object): object {
  return JSON.parse(JSON.stringify(messages)) as object;
}
