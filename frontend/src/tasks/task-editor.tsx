// The inline editor of a task. Escape cancels.
"use client";

import { useEffect, useMemo, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Alert } from "@/components/ui/alert";
import { toFailure, type Failure } from "@/lib/problem";
import { validateDraft, type Draft } from "./task-draft";
import { TaskFields } from "./task-fields";
import { FormError, useFocusFirstInvalid } from "./form-error";
import { useOutbox } from "./task-mutations-provider";
import { useUpdateTask } from "./use-task-mutations";
import { useEditDraft } from "./use-edit-draft";

export function TaskEditor({ task, onClose }: { task: Task; onClose: () => void }) {
  const t = useTranslations();
  const { draft, change, save, close, failure, isPending } = useEditor(task, onClose);
  const form = useFocusFirstInvalid(failure);
  const title = useRef<HTMLInputElement>(null);

  useEffect(() => title.current?.focus(), []);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close();
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.current?.requestSubmit();
  };

  return (
    <form ref={form} aria-label={t("tasks.editForm", { title: task.title })} onSubmit={onSubmit} onKeyDown={onKeyDown} className="flex flex-col gap-4 p-4">
      {failure?.status === 404 ? <DeletedElsewhereAlert draft={draft} onAdd={close} /> : <FormError failure={failure} />}
      <Field label={t("fields.title")} error={failure?.fields.title}>
        {(control) => (
          <input
            ref={title}
            dir="auto"
            className="form-control"
            autoComplete="off"
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
            {...control}
          />
        )}
      </Field>
      <TaskFields draft={draft} errors={failure?.fields ?? {}} onChange={change} />
      <div className="flex justify-end gap-2">
        <Button onClick={close}>{t("app.cancel")}</Button>
        <Button type="submit" variant="default" aria-disabled={isPending}>
          {t("tasks.save")}
        </Button>
      </div>
    </form>
  );
}

function useEditor(task: Task, onClose: () => void) {
  const { draft, change, toPatch, trackSave, discard } = useEditDraft(task);
  const { mutate, isPending, failure } = useUpdate(task);
  const [invalid, setInvalid] = useState<Failure | null>(null);
  const announce = useAnnounce();
  const t = useTranslations("tasks");

  const close = () => {
    discard();
    onClose();
  };

  const save = () => {
    const body = toPatch();
    if (isPending) return;
    const error = validateDraft(draft);
    setInvalid(error);
    if (error) return;
    if (Object.keys(body).length === 0) return close();
    const saved = trackSave(close);
    mutate(
      { path: { id: task.id }, body },
      {
        onSuccess: (data) => {
          announce(t("saved"));
          saved(data);
        },
      },
    );
  };

  const edit = (to: Partial<Draft>) => {
    setInvalid(null);
    change(to);
  };

  return { draft, change: edit, save, close, failure: invalid ?? failure, isPending };
}

function useUpdate(task: Task) {
  const { mutate, isPending, error } = useUpdateTask(task);
  return { mutate, isPending, failure: useMemo(() => (error ? toFailure(error) : null), [error]) };
}

/** Offers to save the text as a new task. */
function DeletedElsewhereAlert({ draft, onAdd }: { draft: Draft; onAdd: () => void }) {
  const { outbox } = useOutbox();
  const t = useTranslations("tasks");
  const add = () => {
    void outbox.send(draft);
    onAdd();
  };
  return (
    <Alert
      variant="destructive"
      action={
        <Button size="sm" onClick={add}>
          {t("saveAsNew")}
        </Button>
      }
    >
      {t("deletedElsewhere")}
    </Alert>
  );
}
