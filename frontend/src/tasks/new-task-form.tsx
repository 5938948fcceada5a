// The form for a new task, with details collapsed.
"use client";

import { Plus, SlidersHorizontal } from "lucide-react";
import { useId, useRef, useState, type FormEvent, type Ref } from "react";
import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { FieldError } from "@/components/ui/field";
import { isEmpty, type Draft } from "./task-draft";
import { TaskFields } from "./task-fields";
import { FormError, useFocusFirstInvalid } from "./form-error";
import { useNewTaskForm } from "./use-new-task-form";

export function NewTaskForm({ onAdded }: { onAdded: (task: Task) => void }) {
  const t = useTranslations("tasks");
  const { draft, change, failure, send } = useNewTaskForm(onAdded);
  const [isExpanded, setExpanded] = useState(() => hasDetails(draft));
  const form = useFocusFirstInvalid(failure);
  const title = useRef<HTMLInputElement>(null);
  // fields with errors are always visible
  const isOpen = isExpanded || Object.keys(failure?.fields ?? {}).some((name) => name !== "title");

  // an incomplete date must not be hidden
  const toggle = () => (!isOpen || form.current?.reportValidity()) && setExpanded(!isOpen);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
    setExpanded(false);
    title.current?.focus();
  };

  return (
    <form ref={form} aria-label={t("new")} onSubmit={submit} className="rounded-2xl border border-border bg-card shadow-card has-[.title:focus-visible]:border-primary">
      <div className="flex items-center gap-2 py-1.5 pr-2 pl-4">
        <Plus aria-hidden className="size-5 shrink-0 text-muted-foreground" />
        <TitleInput ref={title} value={draft.title} error={failure?.fields.title} onChange={(value) => change({ title: value })} />
        <DetailsButton isOpen={isOpen} isFilled={hasDetails(draft)} onClick={toggle} />
        <Button type="submit" variant="default" size="sm">
          {t("add")}
        </Button>
      </div>
      {failure ? (
        <div className="px-4 pb-3">
          <FormError failure={failure} />
          {failure.fields.title ? <FieldError id="new-title-note">{failure.fields.title}</FieldError> : null}
        </div>
      ) : null}
      {isOpen ? (
        <div className="border-t border-border p-4">
          <TaskFields draft={draft} errors={failure?.fields ?? {}} onChange={change} />
        </div>
      ) : null}
    </form>
  );
}

function hasDetails(draft: Draft): boolean {
  return !isEmpty({ ...draft, title: "" });
}

function DetailsButton({ isOpen, isFilled: hasDetails, onClick }: { isOpen: boolean; isFilled: boolean; onClick: () => void }) {
  const t = useTranslations("tasks");
  const hasHiddenDetails = hasDetails && !isOpen;
  return (
    <Button
      variant="ghost"
      size="icon"
      className="relative"
      aria-label={hasHiddenDetails ? t("detailsFilled") : t("details")}
      title={t("details")}
      aria-expanded={isOpen}
      onClick={onClick}
    >
      <SlidersHorizontal aria-hidden className="size-4" />
      {hasHiddenDetails ? <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-primary" /> : null}
    </Button>
  );
}

type TitleProps = { ref: Ref<HTMLInputElement>; value: string; error?: string; onChange: (value: string) => void };

function TitleInput({ ref, value, error, onChange }: TitleProps) {
  const t = useTranslations("tasks");
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        {t("new")}
      </label>
      <input
        ref={ref}
        id={id}
        dir="auto"
        className="title h-11 min-w-0 flex-1 rounded-md bg-transparent text-base outline-offset-0 focus-visible:outline-hidden sm:text-[0.9375rem]"
        placeholder={t("addPlaceholder")}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? "new-title-note" : undefined}
      />
    </>
  );
}
