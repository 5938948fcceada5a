// The locale and the messages of a request.
import "server-only";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { createTranslator } from "use-intl/core";
import { languageCookie, negotiateLocale, parseLanguage } from "./locale";
import { messagesFor } from "./messages";

export const requestLocale = cache(async (): Promise<string> => {
  const setting = parseLanguage((await cookies()).get(languageCookie)?.value);
  return negotiateLocale(setting, (await headers()).get("Accept-Language") ?? "");
});

export async function requestTranslator() {
  const locale = await requestLocale();
  return createTranslator({ locale, messages: messagesFor(locale) });
}
