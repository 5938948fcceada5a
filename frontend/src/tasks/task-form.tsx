// The form of a new or an existing task. Escape cancels, Ctrl+Enter or Cmd+Enter saves. Loaded on intent.
"use client";

import { useEffect, type KeyboardEvent, type ReactNode } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { draftResolver } from "./draft-resolver";
import { changedFields, type Draft } from "./task-draft";
import { TaskFields } from "./task-fields";

type Props = {
  /** The form's accessible name. */
  label: string;
  titleLabel: string;
  submitLabel: string;
  /** The saved values. If they change, untouched fields follow. */
  saved: Draft;
  /** What the user had typed before, if anything. */
  typed?: Draft;
  /** Validates at once. */
  showErrors?: boolean;
  onChange: (draft: Draft) => void;
  onSubmit: (draft: Draft) => void;
  onCancel: () => void;
  children?: ReactNode;
};

export default function TaskForm({ label, titleLabel, submitLabel, saved, typed, showErrors = false, onChange, onSubmit, onCancel, children }: Props) {
  const t = useTranslations();
  const form = useDraftForm({ saved, typed, showErrors, onChange });
  const { register, handleSubmit, formState } = form;
  const submit = handleSubmit(onSubmit);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") onCancel();
    else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void submit();
    else return;
    event.preventDefault();
  };

  return (
    <FormProvider {...form}>
      <form noValidate aria-label={label} onSubmit={(event) => void submit(event)} onKeyDown={onKeyDown} className="flex flex-col gap-4 p-4">
        {children}
        <Field label={titleLabel} error={formState.errors.title?.message}>
          {(control) => <Input dir="auto" autoComplete="off" autoFocus {...control} {...register("title")} />}
        </Field>
        <TaskFields />
        <div className="flex justify-end gap-2">
          <Button onClick={onCancel}>{t("app.cancel")}</Button>
          <Button type="submit" variant="default">
            {submitLabel}
          </Button>
        </div>
      </form>
    </FormProvider>
  );
}

function useDraftForm({ saved, typed, showErrors, onChange }: Pick<Props, "saved" | "typed" | "showErrors" | "onChange">) {
  const form = useForm<Draft>({ values: saved, resetOptions: { keepDirtyValues: true }, resolver: draftResolver, reValidateMode: "onChange" });
  const { subscribe, setValue, trigger } = form;

  useEffect(() => {
    if (typed) for (const name of changedFields(typed, saved)) setValue(name, typed[name], { shouldDirty: true });
    if (showErrors) void trigger(undefined, { shouldFocus: true });
    // once: afterwards, the form knows better
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => subscribe({ formState: { values: true }, callback: ({ values }) => onChange(values) }), [subscribe, onChange]);

  return form;
}
