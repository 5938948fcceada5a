// Shows both versions of what the user and another device changed, and lets the user choose.
"use client";

import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTaskActions } from "@/sync/hooks";
import type { Conflict, FieldConflict } from "@/sync/merge";
import type { ConflictChoices } from "@/sync/task-actions";
import { formatDueDate } from "./due-date";

type Props = { conflicts: readonly Conflict[]; onOpenChange: (isOpen: boolean) => void };

/** One conflict after the other; closes after the last one. */
export default function ConflictDialog({ conflicts, onOpenChange }: Props) {
  const t = useTranslations("sync");
  const [conflict] = conflicts;
  if (!conflict) return null;
  const text = conflict.theirs ? t("conflictText") : t("deletedText");
  return (
    <Dialog isOpen onOpenChange={onOpenChange} title={conflict.mine.title} description={text}>
      {conflict.theirs ? <FieldConflictForm key={conflict.taskId} conflict={conflict} /> : <DeletedTaskActions conflict={conflict} />}
    </Dialog>
  );
}

function FieldConflictForm({ conflict }: { conflict: Conflict }) {
  const t = useTranslations("sync");
  const actions = useTaskActions();
  const [choices, setChoices] = useState<ConflictChoices>({});
  return (
    <form
      className="flex min-h-0 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        actions?.resolve(conflict, choices);
      }}
    >
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 pb-1">
        {conflict.fields.map((field) => (
          <FieldConflictRadioGroup key={field.field} conflict={field} value={choices[field.field] ?? "mine"} onChange={(value) => setChoices({ ...choices, [field.field]: value })} />
        ))}
      </div>
      <div className="flex justify-end p-5">
        <Button type="submit" variant="default">
          {t("keepSelected")}
        </Button>
      </div>
    </form>
  );
}

type RadioGroupProps = { conflict: FieldConflict; value: "mine" | "theirs"; onChange: (value: "mine" | "theirs") => void };

function FieldConflictRadioGroup({ conflict, value, onChange }: RadioGroupProps) {
  const t = useTranslations("sync");
  const format = useFormatValue();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t(`fields.${conflict.field}`)}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {(["mine", "theirs"] as const).map((side) => (
          <label
            key={side}
            className="flex cursor-pointer gap-2 rounded-lg border border-input/50 p-3 transition-tint has-checked:border-primary has-checked:bg-primary-soft has-focus-visible:outline-2 has-focus-visible:outline-ring"
          >
            <input type="radio" name={conflict.field} value={side} checked={value === side} onChange={() => onChange(side)} className="mt-1 size-4 shrink-0 accent-primary" />
            <span className="min-w-0">
              <span className="block text-sm text-muted-foreground">{t(side)}</span>
              <bdi className="line-clamp-6 whitespace-pre-line wrap-anywhere">{format(conflict.field, conflict[side])}</bdi>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function DeletedTaskActions({ conflict }: { conflict: Conflict }) {
  const t = useTranslations("sync");
  const actions = useTaskActions();
  return (
    <div className="flex flex-wrap justify-end gap-2 p-5 pt-2">
      <Button onClick={() => actions?.resolveDeleted(conflict, "discard")}>{t("discardMine")}</Button>
      <Button variant="default" onClick={() => actions?.resolveDeleted(conflict, "restore")}>
        {t("restoreWithMine")}
      </Button>
    </div>
  );
}

function useFormatValue() {
  const t = useTranslations();
  const locale = useLocale();
  return (field: FieldConflict["field"], value: FieldConflict["mine"]): string => {
    if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return t("sync.empty");
    if (field === "due_at") return formatDueDate(new Date(String(value)), new Date(), locale);
    if (field === "priority") return t(`priority.${value as "none"}`);
    if (field === "completed") return t(value ? "sync.completed" : "sync.open");
    return Array.isArray(value) ? value.join(", ") : String(value);
  };
}
