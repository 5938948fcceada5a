// Translates the service's messages, which are English. Unknown ones are replaced by what their status says.
import { supportedLanguage } from "./locale";
import { currentLocale, translate } from "./translate";

type Pattern = readonly [RegExp, (groups: string[]) => string];

const patterns: readonly Pattern[] = [
  [/^must have (\d+) to (\d+) characters, not only white space/, ([min = "", max = ""]) => translate("service.lengthNotBlank", { min, max })],
  [/^must have (\d+) to (\d+) characters/, ([min = "", max = ""]) => translate("service.length", { min, max })],
  [/^must be a password of (\d+) to (\d+) characters/, ([min = "", max = ""]) => translate("service.passwordLength", { min, max })],
  [/^must have at least (\d+) characters|^Password too short/, ([min = "8"]) => translate("service.tooShort", { min })],
  [/^must have at most (\d+) characters|^Password too long/, ([max = "128"]) => translate("service.tooLong", { max })],
  [/^must be an email address|^Invalid email$/, () => translate("service.email")],
  [/already exists|already has an account|is taken/i, () => translate("service.taken")],
  [/^Invalid email or password|email or (the )?password/i, () => translate("service.credentials")],
];

/** `status` is undefined for the message of a field. */
export function localizeDetail(detail: string, status?: number): string {
  if (supportedLanguage(currentLocale()) === "en") return detail;
  for (const [pattern, message] of patterns) {
    const match = pattern.exec(detail);
    if (match) return message(match.slice(1).filter((group) => group !== undefined));
  }
  return status === undefined ? detail : statusMessage(status);
}

function statusMessage(status: number): string {
  if (status === 401) return translate("service.unauthorized");
  if (status === 404) return translate("service.notFound");
  if (status === 422) return translate("service.invalid");
  if (status === 429) return translate("service.tooMany");
  return translate(status >= 500 ? "service.unavailable" : "service.rejected");
}
