// The heading of a section, as a row of the grid.
"use client";

import { useLocale, useTranslations } from "use-intl";
import { cn } from "@/lib/utils";
import { formatDay } from "./due-date";
import type { Section } from "./sections";

export function SectionHeading({ section, count }: { section: Section; count: number }) {
  const t = useTranslations("sections");
  const locale = useLocale();
  const { kind, date } = section;
  const label = kind === "day" && date ? formatDay(date, new Date(), locale) : kind === "month" && date ? formatMonth(date, locale) : t(kind as Exclude<typeof kind, "day" | "month">);
  return (
    <div role="gridcell" className="bg-background/60 px-4 pt-3 pb-1.5">
      <h2 className={cn("flex items-baseline gap-2 text-sm font-semibold", kind === "overdue" && "text-destructive")}>
        {label}
        <span className="text-xs font-normal text-muted-foreground">{count}</span>
      </h2>
    </div>
  );
}

function formatMonth(date: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(date);
}
