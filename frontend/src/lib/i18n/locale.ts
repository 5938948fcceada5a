// Languages of the interface, and their choice: the user's setting, otherwise the browser's languages.

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** Each language by its own name. */
export const languageNames: Record<Language, string> = { en: "English", de: "Deutsch" };

export const languageCookie = "language";

// the region decides how dates are written, if the browser does not say it
const defaultLocales: Record<Language, string> = { en: "en-GB", de: "de-DE" };

export function parseLanguage(value: string | undefined): Language | undefined {
  return languages.find((language) => language === value);
}

/** The language that the user set; undefined if the browser decides. */
export function currentLanguageSetting(): Language | undefined {
  const value = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${languageCookie}=`));
  return parseLanguage(value?.slice(languageCookie.length + 1));
}

export function setLanguage(language: Language | undefined): void {
  document.cookie = `${languageCookie}=${language ?? ""}; path=/; max-age=${language ? 31_536_000 : 0}; samesite=lax`;
}

/** Returns a locale such as `en-GB`: its language has messages, its region is the browser's where known. */
export function negotiateLocale(setting: Language | undefined, acceptLanguage: string): string {
  const accepted = parseAcceptLanguage(acceptLanguage);
  const language = setting ?? accepted.map(supportedLanguage).find((candidate) => candidate !== undefined) ?? "en";
  return accepted.find((locale) => supportedLanguage(locale) === language && locale.includes("-")) ?? defaultLocales[language];
}

/** The language of a locale such as `de-AT`; undefined if it has no messages. */
export function supportedLanguage(locale: string): Language | undefined {
  return parseLanguage(locale.split("-")[0]?.toLowerCase());
}

/** Returns the valid locales, most preferred first. */
function parseAcceptLanguage(header: string): string[] {
  const ranges = header.split(",").map((range) => {
    const [locale = "", ...parameters] = range.trim().split(";");
    const quality = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("q="));
    return { locale: locale.trim(), quality: quality ? Number(quality.slice(2)) : 1 };
  });
  return ranges
    .filter(({ locale, quality }) => quality > 0 && isLocale(locale))
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ locale }) => locale);
}

function isLocale(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}
