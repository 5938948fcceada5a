// The pages are in English, and so are their dates: in the reader's own English, if they have one.

export function preferredLocale(): string {
  return navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB";
}
