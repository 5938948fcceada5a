// What went wrong, in one shape: the service's problem, or that it did not answer.
import type { Problem } from "@/client";

export type Failure = {
  /** 0 where there was no answer. */
  status: number;
  detail: string;
  /** By the first part of the pointer: `/tags/1` is at `tags`. */
  fields: Record<string, string>;
};

export function failureOf(error: unknown): Failure {
  const problem = error as Partial<Problem> | null;
  if (typeof problem?.status !== "number") return { status: 0, detail: "The service can’t be reached.", fields: {} };
  return { status: problem.status, detail: sentence(problem.detail ?? "Something went wrong"), fields: fieldsOf(problem) };
}

/** No answer, or one that says to come again: worth another try as it is. */
export function isPassing(error: unknown): boolean {
  const { status } = failureOf(error);
  return status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
}

function fieldsOf({ errors }: Partial<Problem>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of errors ?? []) {
    const [, name = "", index] = pointer.split("/");
    fields[name] ??= index === undefined ? detail : `${ordinal(Number(index) + 1)}: ${detail}`;
  }
  return fields;
}

function sentence(words: string): string {
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function ordinal(position: number): string {
  const kind = new Intl.PluralRules("en", { type: "ordinal" }).select(position);
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
  return `${position}${endings[kind] ?? "th"}`;
}
