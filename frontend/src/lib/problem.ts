// Converts errors to one shape: the service's problem document (RFC 9457) or a network failure.
import type { Problem } from "@/client";
import { localizeDetail } from "./i18n/service-messages";
import { translate } from "./i18n/translate";

export type Failure = {
  /** 0 if there was no response. */
  status: number;
  detail: string;
  /** Error messages by field: the first segment of the pointer (`/tags/1` belongs to `tags`). */
  fields: Record<string, string>;
};

export function toFailure(error: unknown): Failure {
  const problem = error as Partial<Problem> | null;
  if (typeof problem?.status !== "number") return { status: 0, detail: translate("errors.unreachable"), fields: {} };
  return { status: problem.status, detail: toSentence(localizeDetail(problem.detail ?? translate("errors.unknown"), problem.status)), fields: toFieldErrors(problem) };
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
    const text = localizeDetail(detail);
    fields[name] ??= index === undefined ? text : translate("errors.item", { position: Number(index) + 1, detail: text });
  }
  return fields;
}

function toSentence(text: string): string {
  const capitalized = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalized) ? capitalized : `${capitalized}.`;
}
