// A new task: one line, and the rest when it is wanted.
"use client";

import { Plus, SlidersHorizontal } from "lucide-react";
import { useId, useRef, useState, type FormEvent, type Ref } from "react";
import { useAnnounce } from "@/components/announcer";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { emptyDraft, isEmpty, type Draft } from "./draft";
import { TaskFields } from "./task-fields";
import { failureIn, FormFailure, useFocusOnError } from "./task-form";
import { useCreateTask } from "./use-changes";
import { useDraft } from "./use-draft";

export function Composer() {
  const { draft, change, reset, restore } = useDraft("new", emptyDraft);
  const [isWide, setWide] = useState(() => hasDetails(draft));
  const giveBack = (sent: Draft) => {
    restore(sent);
    setWide(hasDetails(sent));
  };
  const { mutate, isPending, error } = useCreateTask(giveBack);
  const announce = useAnnounce();
  const form = useFocusOnError(error);
  const title = useRef<HTMLInputElement>(null);
  const failure = failureIn(error);

  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isPending) return;
    mutate(draft, { onSuccess: () => announce("Task added") });
    // what is typed from now on is the next task
    reset();
    setWide(false);
    title.current?.focus();
  };

  return (
    <form ref={form} aria-label="New task" onSubmit={send} className="rounded-2xl border border-line bg-surface shadow-card has-[.title:focus-visible]:border-accent">
      <div className="flex items-center gap-2 py-1.5 pr-2 pl-4">
        <Plus aria-hidden className="size-5 shrink-0 text-ink-soft" />
        <TitleInput ref={title} value={draft.title} error={failure?.fields.title} onChange={(value) => change({ title: value })} />
        <Button
          weight="quiet"
          size="icon"
          aria-label="Details"
          title="Details"
          aria-expanded={isWide}
          onClick={() => setWide((wide) => !wide)}
        >
          <SlidersHorizontal aria-hidden className="size-4" />
        </Button>
        <Button type="submit" weight="primary" size="small" disabled={isPending}>
          Add
        </Button>
      </div>
      {failure ? (
        <div className="px-4 pb-3">
          <FormFailure failure={failure} />
          {failure.fields.title ? <FieldError id="new-title-note">{failure.fields.title}</FieldError> : null}
        </div>
      ) : null}
      {isWide ? (
        <div className="border-t border-line p-4">
          <TaskFields draft={draft} errors={failure?.fields ?? {}} onChange={change} />
        </div>
      ) : null}
    </form>
  );
}

function hasDetails(draft: Draft): boolean {
  return !isEmpty({ ...draft, title: "" });
}

type TitleProps = { ref: Ref<HTMLInputElement>; value: string; error?: string; onChange: (value: string) => void };

function TitleInput({ ref, value, error, onChange }: TitleProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        New task
      </label>
      <input
        ref={ref}
        id={id}
        className="title h-11 min-w-0 flex-1 rounded-md bg-transparent text-base outline-offset-0 focus-visible:outline-none sm:text-[0.9375rem]"
        placeholder="Add a task"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? "new-title-note" : undefined}
      />
    </>
  );
}
