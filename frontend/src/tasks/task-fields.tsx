// All fields of a task except its title.
"use client";

import { Controller, useFormContext } from "react-hook-form";
import { useTranslations } from "use-intl";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { ToggleGroup } from "@/components/ui/toggle-group";
import { DuePicker } from "./due-picker";
import { priorities } from "./priority";
import { TagsInput } from "./tags-input";
import type { Draft } from "./task-draft";

export function TaskFields() {
  const t = useTranslations();
  const { control, register, setValue, watch, formState } = useFormContext<Draft>();
  const { errors } = formState;
  const priorityOptions = priorities.map((value) => ({ value, label: t(`priority.${value}`) }));
  const [tags, tag] = watch(["tags", "tag"]);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <Field label={t("fields.notes")} error={errors.description?.message}>
          {(props) => <Textarea dir="auto" {...props} {...register("description")} />}
        </Field>
      </div>
      <Controller
        control={control}
        name="priority"
        render={({ field }) => <ToggleGroup legend={t("fields.priority")} fullWidth value={field.value} options={priorityOptions} onChange={field.onChange} />}
      />
      <Field label={t("fields.due")} error={errors.due?.message}>
        {(props) => <Controller control={control} name="due" render={({ field }) => <DuePicker control={props} value={field.value} onChange={field.onChange} />} />}
      </Field>
      <div className="sm:col-span-2">
        <Field label={t("fields.tags")} error={errors.tags?.message} hint={t("fields.tagsHint")}>
          {(props) => (
            <TagsInput
              control={props}
              tags={tags}
              tag={tag}
              onChange={(change) => {
                if (change.tags) setValue("tags", change.tags, { shouldDirty: true });
                if (change.tag !== undefined) setValue("tag", change.tag, { shouldDirty: true });
              }}
            />
          )}
        </Field>
      </div>
    </div>
  );
}
