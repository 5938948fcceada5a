// Loading, empty, error and offline states of the task list.
"use client";

import { CircleCheckBig } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Alert } from "@/components/ui/alert";
import { toFailure, isTransient } from "@/lib/problem";
import { hasActiveFilters, type Filter } from "./filter";

export function TaskListSkeleton() {
  const t = useTranslations("tasks");
  return (
    <div role="status" className="divide-y divide-border">
      <span className="sr-only">{t("loading")}</span>
      {["w-2/5", "w-3/5", "w-1/3"].map((width) => (
        <div key={width} className="flex animate-pulse items-center gap-3 px-4 py-4">
          <div className="size-5 rounded-full bg-muted" />
          <div className={`h-4 rounded bg-muted ${width}`} />
        </div>
      ))}
    </div>
  );
}

type EmptyProps = { filter: Filter; onClear: () => void };

export function TaskListEmpty({ filter, onClear }: EmptyProps) {
  const t = useTranslations();
  const isFiltered = hasActiveFilters(filter);
  return (
    <div role="status" className="flex flex-col items-center gap-1 px-4 py-14 text-center">
      <CircleCheckBig aria-hidden className="mb-3 size-8 text-muted-foreground" strokeWidth={1.5} />
      <p className="font-medium">{isFiltered ? t("filter.noMatch") : t(`empty.${filter.status}`)}</p>
      <p className="text-muted-foreground">{isFiltered ? t("filter.noMatchHint") : t(`empty.${filter.status}Hint`)}</p>
      <ClearFiltersButton filter={filter} onClear={onClear} />
    </div>
  );
}

function ClearFiltersButton({ filter, onClear }: EmptyProps) {
  const t = useTranslations("filter");
  if (!hasActiveFilters(filter)) return null;
  return (
    <Button className="mt-4" onClick={onClear}>
      {t("clear")}
    </Button>
  );
}

/** Shown if the list could not be loaded at all. */
export function TaskListError({ error, onRetry, ...filter }: EmptyProps & { error: unknown; onRetry: () => void }) {
  const t = useTranslations();
  const { detail } = toFailure(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-4 py-14 text-center">
      <p className="font-medium">{t("tasks.loadFailed")}</p>
      <p className="text-muted-foreground">
        {detail} {isTransient(error) ? t("app.tryingAgain") : null}
      </p>
      <Button className="mt-4" onClick={onRetry}>
        {t("app.tryAgain")}
      </Button>
      {isTransient(error) ? null : <ClearFiltersButton {...filter} />}
    </div>
  );
}

/** Shown above a list that may be stale. */
export function ConnectionAlert({ error }: { error: unknown }) {
  const t = useTranslations("tasks");
  const isOnline = useOnline();
  if (!isOnline) return <Alert variant="warning">{t("offline")}</Alert>;
  if (!error) return null;
  return <Alert variant="warning">{t("stale", { detail: toFailure(error).detail })}</Alert>;
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener("online", listener);
      window.addEventListener("offline", listener);
      return () => {
        window.removeEventListener("online", listener);
        window.removeEventListener("offline", listener);
      };
    },
    () => navigator.onLine,
    () => true,
  );
}
