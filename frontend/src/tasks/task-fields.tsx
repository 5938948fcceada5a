// All fields of a task except its title.
"use client";

import { useTranslations } from "use-intl";
import { Field } from "@/components/ui/field";
import { ToggleGroup } from "@/components/ui/toggle-group";
import type { Draft } from "./task-draft";
import { priorities } from "./priority";
import { TagsInput } from "./tags-input";

type Props = { draft: Draft; errors: Record<string, string>; onChange: (change: Partial<Draft>) => void };

export function TaskFields({ draft, errors, onChange }: Props) {
  const t = useTranslations();
  const priorityOptions = priorities.map((value) => ({ value, label: t(`priority.${value}`) }));
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <Field label={t("fields.notes")} error={errors.description}>
          {(control) => (
            <textarea
              dir="auto"
              className="form-control field-sizing-content max-h-72 min-h-20 resize-y"
              value={draft.description}
              onChange={(event) => onChange({ description: event.target.value })}
              {...control}
            />
          )}
        </Field>
      </div>
      <ToggleGroup legend={t("fields.priority")} fullWidth value={draft.priority} options={priorityOptions} onChange={(priority) => onChange({ priority })} />
      <Field label={t("fields.due")} error={errors.due_at}>
        {(control) => (
          <input
            type="datetime-local"
            className="form-control h-10 py-0! sm:h-9"
            value={draft.due}
            onChange={(event) => onChange({ due: event.target.value })}
            {...control}
          />
        )}
      </Field>
      <div className="sm:col-span-2">
        <Field label={t("fields.tags")} error={errors.tags} hint={t("fields.tagsHint")}>
          {(control) => <TagsInput control={control} tags={draft.tags} tag={draft.tag} onChange={onChange} />}
        </Field>
      </div>
    </div>
  );
}
