// The check boxes of a row: done, and selected. The input fills its 36 px (on touch screens 44 px) target; the mark is drawn by its sibling.
"use client";

import type { ChangeEventHandler } from "react";
import { useTranslations } from "use-intl";
import { cn } from "@/lib/utils";

type Props = { title: string; isChecked: boolean; onChange: ChangeEventHandler<HTMLInputElement> };

export function CompleteCheckbox({ title, ...props }: Props) {
  const t = useTranslations("tasks");
  return <RowCheckbox label={t("done", { title })} className="rounded-full" {...props} />;
}

export function SelectCheckbox({ title, ...props }: Props) {
  const t = useTranslations("tasks");
  return <RowCheckbox label={t("select", { title })} className="rounded-md" {...props} />;
}

function RowCheckbox({ label, isChecked, onChange, className }: Omit<Props, "title"> & { label: string; className: string }) {
  return (
    <span className="relative -mx-2 -my-1 flex size-11 shrink-0 items-center justify-center sm:-m-1 sm:size-9">
      <input
        type="checkbox"
        data-control
        tabIndex={-1}
        aria-label={label}
        checked={isChecked}
        onChange={onChange}
        className={cn("peer absolute inset-0 cursor-pointer appearance-none outline-hidden", className)}
      />
      <span
        aria-hidden
        className={cn(
          "pointer-events-none flex size-5 items-center justify-center border-2 border-input text-transparent outline-ring transition-tint peer-checked:border-primary peer-checked:bg-primary peer-checked:text-primary-foreground peer-hover:border-primary peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 forced-colors:peer-checked:bg-[Highlight] forced-colors:peer-checked:text-[HighlightText]",
          className,
        )}
      >
        <svg viewBox="0 0 16 16" className="size-3">
          <path d="m3 8.5 3.2 3.2L13 4.8" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </span>
    </span>
  );
}
