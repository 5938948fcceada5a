// A new task: one line, and the rest when it is wanted.
"use client";

import { Plus, SlidersHorizontal } from "lucide-react";
import { useId, useRef, useState, type FormEvent, type Ref } from "react";
import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { isEmpty, type Draft } from "./task-draft";
import { TaskFields } from "./task-fields";
import { FormFailure, useFocusOnFailure } from "./form-error";
import { useComposer } from "./use-new-task-form";

export function Composer({ onAdded }: { onAdded: (task: Task) => void }) {
  const { draft, change, failure, send } = useComposer(onAdded);
  const [isWide, setWide] = useState(() => hasDetails(draft));
  const form = useFocusOnFailure(failure);
  const title = useRef<HTMLInputElement>(null);
  // what is refused is shown
  const isOpen = isWide || Object.keys(failure?.fields ?? {}).some((name) => name !== "title");

  // half a date is not hidden
  const toggle = () => (!isOpen || form.current?.reportValidity()) && setWide(!isOpen);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
    setWide(false);
    title.current?.focus();
  };

  return (
    <form ref={form} aria-label="New task" onSubmit={submit} className="rounded-2xl border border-line bg-surface shadow-card has-[.title:focus-visible]:border-accent">
      <div className="flex items-center gap-2 py-1.5 pr-2 pl-4">
        <Plus aria-hidden className="size-5 shrink-0 text-ink-soft" />
        <TitleInput ref={title} value={draft.title} error={failure?.fields.title} onChange={(value) => change({ title: value })} />
        <DetailsButton isOpen={isOpen} isFilled={hasDetails(draft)} onClick={toggle} />
        <Button type="submit" weight="primary" size="small">
          Add
        </Button>
      </div>
      {failure ? (
        <div className="px-4 pb-3">
          <FormFailure failure={failure} />
          {failure.fields.title ? <FieldError id="new-title-note">{failure.fields.title}</FieldError> : null}
        </div>
      ) : null}
      {isOpen ? (
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

function DetailsButton({ isOpen, isFilled, onClick }: { isOpen: boolean; isFilled: boolean; onClick: () => void }) {
  const isHidden = isFilled && !isOpen;
  return (
    <Button
      weight="quiet"
      size="icon"
      className="relative"
      aria-label={isHidden ? "Details, filled in" : "Details"}
      title="Details"
      aria-expanded={isOpen}
      onClick={onClick}
    >
      <SlidersHorizontal aria-hidden className="size-4" />
      {isHidden ? <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-accent" /> : null}
    </Button>
  );
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
