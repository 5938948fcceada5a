// Translates in code outside React, in the browser. A page has one language: changing it loads the page again.
import { createTranslator, type Messages } from "use-intl/core";

type Translate = ReturnType<typeof createTranslator<Messages>>;

let current: { locale: string; translate: Translate } | null = null;

export function configureTranslator(locale: string, messages: Messages): void {
  if (current?.locale === locale) return;
  current = { locale, translate: createTranslator({ locale, messages }) };
}

export const translate = ((...args: Parameters<Translate>) => {
  if (!current) throw new Error("translate is available in the browser only");
  return current.translate(...args);
}) as Translate;

/** A locale such as `en-GB`. */
export function currentLocale(): string {
  return current?.locale ?? "en-GB";
}
