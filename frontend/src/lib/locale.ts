// The user's preferred English locale: the interface is in English, so its dates are too.

export function preferredLocale(): string {
  return navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB";
}
