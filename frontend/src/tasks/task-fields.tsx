// All fields of a task except its title.
"use client";

import { Field } from "@/components/ui/field";
import { ToggleGroup } from "@/components/ui/toggle-group";
import type { Draft } from "./task-draft";
import { priorityOptions } from "./priority";
import { TagsInput } from "./tags-input";

type Props = { draft: Draft; errors: Record<string, string>; onChange: (change: Partial<Draft>) => void };

export function TaskFields({ draft, errors, onChange }: Props) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <Field label="Notes" error={errors.description}>
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
      <ToggleGroup legend="Priority" fullWidth value={draft.priority} options={priorityOptions} onChange={(priority) => onChange({ priority })} />
      <Field label="Due date" error={errors.due_at}>
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
        <Field label="Tags" error={errors.tags} hint="Press Enter or comma to add a tag.">
          {(control) => <TagsInput control={control} tags={draft.tags} tag={draft.tag} onChange={onChange} />}
        </Field>
      </div>
    </div>
  );
}
