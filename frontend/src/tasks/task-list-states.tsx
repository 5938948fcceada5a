// Loading and empty states of the list.
"use client";

import { CircleCheckBig, Inbox, SearchX } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { isFiltered, noFilter } from "./filter";
import type { ChangeFilter } from "./use-filter";
import type { TaskFilter } from "./use-list-items";

const skeletonWidths = ["w-2/5", "w-3/5", "w-1/3", "w-1/2", "w-2/5"];

export function TaskListSkeleton() {
  const t = useTranslations("tasks");
  return (
    <div role="status" className="divide-y divide-border">
      <span className="sr-only">{t("loading")}</span>
      {skeletonWidths.map((width, index) => (
        <div key={index} className="flex h-14 animate-pulse items-center gap-3 px-4">
          <div className="size-5 rounded-full bg-secondary" />
          <div className={`h-4 rounded bg-secondary ${width}`} />
        </div>
      ))}
    </div>
  );
}

const icons = { today: CircleCheckBig, upcoming: CircleCheckBig, all: Inbox, done: CircleCheckBig };

export function TaskListEmpty({ filter, onChange }: { filter: TaskFilter; onChange: ChangeFilter }) {
  const t = useTranslations();
  const isNarrowed = isFiltered(filter);
  const Icon = isNarrowed ? SearchX : icons[filter.view];
  return (
    <div role="status" className="flex flex-col items-center gap-1 px-4 py-14 text-center">
      <Icon aria-hidden className="mb-3 size-8 text-muted-foreground" strokeWidth={1.5} />
      <p className="font-medium">{isNarrowed ? t("filter.noMatch") : t(`empty.${filter.view}`)}</p>
      <p className="text-muted-foreground">{isNarrowed ? t("filter.noMatchHint") : t(`empty.${filter.view}Hint`)}</p>
      {isNarrowed ? (
        <Button className="mt-4" onClick={() => onChange({ ...noFilter, tag: [] })}>
          {t("filter.clear")}
        </Button>
      ) : null}
    </div>
  );
}
