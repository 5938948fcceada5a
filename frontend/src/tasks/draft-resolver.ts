// Validates a form with the schema of the contract, for react-hook-form.
import type { FieldErrors, Resolver } from "react-hook-form";
import { zTaskInput } from "@/client/zod.gen";
import { translate } from "@/lib/i18n/translate";
import { toTaskInput, type Draft } from "./task-draft";

type Issue = { code: string; path: PropertyKey[]; maximum?: number | bigint };

const fieldNames: Record<string, keyof Draft> = { description: "description", due_at: "due", priority: "priority", tags: "tags", title: "title" };

export const draftResolver: Resolver<Draft> = (draft) => {
  const input = toTaskInput(draft);
  const issues = (zTaskInput.safeParse(input).error?.issues ?? []) as Issue[];
  const errors: FieldErrors<Draft> = {};
  for (const issue of issues) {
    const name = fieldNames[String(issue.path[0])];
    if (name && !isShortEnough(issue, valueAt(input, issue.path))) errors[name] ??= { type: issue.code, message: messageOf(issue) };
  }
  return Object.keys(errors).length > 0 ? { values: {}, errors } : { values: draft, errors: {} };
};

/** The contract counts characters, JavaScript counts UTF-16 units. */
function isShortEnough({ code, maximum }: Issue, value: unknown): boolean {
  return code === "too_big" && typeof value === "string" && [...value].length <= Number(maximum);
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function messageOf({ code, path: [field, index], maximum }: Issue): string {
  const max = String(maximum);
  if (field === "title") return code === "too_big" ? translate("service.lengthNotBlank", { min: "1", max }) : translate("fields.titleRequired");
  if (field === "due_at") return translate("fields.dueInvalid");
  if (field === "tags" && index !== undefined) {
    return translate("errors.item", { position: Number(index) + 1, detail: translate("service.length", { min: "1", max: "50" }) });
  }
  if (field === "tags") return translate("fields.tooManyTags", { max });
  return code === "too_big" ? translate("service.tooLong", { max }) : translate("fields.invalidCharacters");
}
