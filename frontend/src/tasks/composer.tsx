// Adds tasks: a title, or all fields. Rendered on the server too; what is typed before the page is ready is kept.
"use client";

import { CalendarDays, Plus, SlidersHorizontal, X } from "lucide-react";
import { Suspense, useRef, useState, type FormEvent } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useAnnounce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { lazyComponent } from "@/lib/lazy";
import { useMounted } from "@/session/use-mounted";
import { dueInDays, formatDueDate } from "./due-date";
import { emptyDraft, isEmpty, toTaskInput, type Draft } from "./task-draft";
import { useComposerDraft } from "./use-composer-draft";
import { useTaskCommands } from "./use-task-commands";
import { defaultDueDays, type View } from "./view";

const loadForm = () => import("./task-form");
const TaskForm = lazyComponent(loadForm);

/** Found by the shortcut for a new task. */
export const composerId = "new-task";

type Props = { view: View; onAdded: (draft: Draft) => void };

export function Composer({ view, onAdded }: Props) {
  const t = useTranslations("tasks");
  const { draft, change, discard, isReady, titleRef } = useComposerDraft();
  const [expansion, setExpansion] = useState<"details" | "errors" | null>(null);
  const due = useDefaultDue(view);
  const announce = useAnnounce();
  const { create } = useTaskCommands();
  const hasDetails = !isEmpty({ ...draft, title: "" });
  const added = useRef<Draft>(null);
  const withDue = { ...draft, due: draft.due || due.value };

  const add = (complete: Draft) => {
    if (!create(toTaskInput(complete))) return;
    discard();
    announce(t("added"));
    onAdded(complete);
  };

  const close = () => {
    setExpansion(null);
    requestAnimationFrame(() => titleRef.current?.focus());
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    // a second click comes before the form is empty
    if (!isReady || isEmpty(draft) || added.current === draft) return;
    // the form shows what is wrong
    if (draft.title.trim() === "" || [...draft.title].length > maxTitleLength) setExpansion("errors");
    else {
      added.current = draft;
      add(withDue);
    }
  };

  if (expansion) {
    return (
      <section className={cardClassName}>
        <Suspense fallback={<div className="h-96" />}>
          <TaskForm
            label={t("new")}
            titleLabel={t("new")}
            submitLabel={t("add")}
            saved={emptyDraft}
            typed={withDue}
            showErrors={expansion === "errors"}
            onChange={change}
            onCancel={close}
            onSubmit={(complete) => {
              add(complete);
              close();
            }}
          />
        </Suspense>
      </section>
    );
  }

  return (
    <form aria-label={t("new")} onSubmit={submit} className={`${cardClassName} has-[#new-task:focus-visible]:border-ring`}>
      <div className="flex items-center gap-2 py-1.5 pr-2 pl-4">
        <Plus aria-hidden className="size-5 shrink-0 text-muted-foreground max-sm:hidden" />
        <label htmlFor={composerId} className="sr-only">
          {t("new")}
        </label>
        <input
          ref={titleRef}
          id={composerId}
          dir="auto"
          className="h-11 min-w-0 flex-1 rounded-md bg-transparent text-base text-ellipsis outline-offset-0 focus-visible:outline-hidden sm:text-[0.9375rem]"
          placeholder={t("addPlaceholder")}
          aria-keyshortcuts="q"
          autoComplete="off"
          value={draft.title}
          onChange={(event) => change({ ...draft, title: event.target.value })}
        />
        <DefaultDue due={due} isHidden={draft.due !== ""} />
        <Button
          variant="ghost"
          size="icon"
          className="relative"
          aria-label={hasDetails ? t("detailsFilled") : t("details")}
          title={t("details")}
          aria-expanded={false}
          onPointerEnter={() => void loadForm().catch(() => {})}
          onFocus={() => void loadForm().catch(() => {})}
          onClick={() => setExpansion("details")}
        >
          <SlidersHorizontal aria-hidden className="size-4" />
          {hasDetails ? <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-primary" /> : null}
        </Button>
        <AddButton />
      </div>
    </form>
  );
}

const cardClassName = "rounded-2xl border border-border bg-card shadow-card";

const maxTitleLength = 255;

/** Disabled during server rendering: submitting the form before the page is ready would load the page again. */
function AddButton() {
  const t = useTranslations("tasks");
  const isMounted = useMounted();
  return (
    <Button type="submit" variant="default" size="sm" disabled={!isMounted} className="disabled:opacity-100! max-sm:size-10 max-sm:px-0">
      <Plus aria-hidden className="size-4 sm:hidden" />
      <span className="max-sm:sr-only">{t("add")}</span>
    </Button>
  );
}

/** The due date of tasks that are added in this view, unless the user removed it. */
function useDefaultDue(view: View) {
  const [removedFrom, setRemovedFrom] = useState<View | null>(null);
  const isMounted = useMounted();
  const days = defaultDueDays(view);
  const isSet = isMounted && days !== null && removedFrom !== view;
  return { value: isSet ? dueInDays(days, new Date()) : "", remove: () => setRemovedFrom(view) };
}

function DefaultDue({ due, isHidden }: { due: ReturnType<typeof useDefaultDue>; isHidden: boolean }) {
  const t = useTranslations("fields");
  const locale = useLocale();
  if (!due.value || isHidden) return null;
  return (
    <span className="inline-flex shrink-0 items-center gap-1 rounded-full bg-primary-soft py-0.5 pr-1 pl-2 text-sm text-primary">
      <CalendarDays aria-hidden className="size-3.5" />
      {formatDueDate(new Date(due.value), new Date(), locale)}
      <button type="button" className="rounded-full p-1 hover:bg-primary/15" aria-label={t("clearDue")} onClick={due.remove}>
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}
