// A task being edited, in its place in the list. Escape leaves it as it was.
"use client";

import { useEffect, useMemo, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import type { Task } from "@/client";
import { useAnnounce } from "@/components/announcer";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { draftOf, patchOf } from "./draft";
import { TaskFields } from "./task-fields";
import { failureIn, FormFailure, useFocusOnError } from "./task-form";
import { useUpdateTask } from "./use-changes";
import { useDraft } from "./use-draft";

export function TaskEditor({ task, onClose }: { task: Task; onClose: () => void }) {
  // what it was when the editor opened: only what is changed here is sent
  const [before] = useState(task);
  const initial = useMemo(() => draftOf(before), [before]);
  const { draft, change, reset } = useDraft(task.id, initial);
  const { mutate, isPending, error } = useUpdateTask(task);
  const announce = useAnnounce();
  const form = useFocusOnError(error);
  const title = useRef<HTMLInputElement>(null);
  const failure = failureIn(error);

  useEffect(() => title.current?.focus(), []);

  const close = () => {
    reset();
    onClose();
  };

  const save = () => {
    const patch = patchOf(before, draft);
    if (isPending) return;
    if (Object.keys(patch).length === 0) return close();
    mutate(patch, {
      onSuccess: () => {
        announce("Task saved");
        close();
      },
    });
  };

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) save();
  };

  return (
    <form ref={form} aria-label={`Edit ${task.title}`} onSubmit={onSubmit} onKeyDown={onKeyDown} className="flex flex-col gap-4 p-4">
      <FormFailure failure={failure} />
      <Field label="Title" error={failure?.fields.title}>
        {(control) => (
          <input
            ref={title}
            className="field"
            autoComplete="off"
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
            {...control}
          />
        )}
      </Field>
      <TaskFields draft={draft} errors={failure?.fields ?? {}} onChange={change} />
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" weight="primary" disabled={isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
