// Converts errors to one shape: the service's problem document (RFC 9457) or a network failure.
import type { Problem } from "@/client";

export type Failure = {
  /** 0 if there was no response. */
  status: number;
  detail: string;
  /** Error messages by field: the first segment of the pointer (`/tags/1` belongs to `tags`). */
  fields: Record<string, string>;
};

export function toFailure(error: unknown): Failure {
  const problem = error as Partial<Problem> | null;
  if (typeof problem?.status !== "number") return { status: 0, detail: "Can't reach the server.", fields: {} };
  return { status: problem.status, detail: toSentence(problem.detail ?? "Something went wrong"), fields: toFieldErrors(problem) };
}

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): boolean {
  const { status } = toFailure(error);
  return status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
}

function toFieldErrors({ errors }: Partial<Problem>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of errors ?? []) {
    const [, name = "", index] = pointer.split("/");
    fields[name] ??= index === undefined ? detail : `${ordinal(Number(index) + 1)}: ${detail}`;
  }
  return fields;
}

function toSentence(text: string): string {
  const capitalized = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalized) ? capitalized : `${capitalized}.`;
}

function ordinal(position: number): string {
  const category = new Intl.PluralRules("en", { type: "ordinal" }).select(position);
  const suffixes: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
  return `${position}${suffixes[category] ?? "th"}`;
}
