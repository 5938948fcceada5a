// Status, search, filter and sort controls.
"use client";

import { ArrowDownUp, ListFilter, Search, X } from "lucide-react";
import { lazy, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { MenuButton } from "@/components/ui/menu-button";
import { ToggleGroup } from "@/components/ui/toggle-group";
import { useRestoreFocus } from "@/components/use-restore-focus";
import { cn } from "@/lib/utils";
import { statusOptions, defaultFilter, type Filter } from "./filter";

const loadFilterMenu = () => import("./filter-menu");
const FilterMenu = lazy(loadFilterMenu);
const loadSortMenu = () => import("./sort-menu");
const SortMenu = lazy(loadSortMenu);

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function FilterBar({ filter, onChange }: Props) {
  const t = useTranslations();
  const sort = filter.sort === defaultFilter.sort ? undefined : t(`filter.sortOptions.${filter.sort}`);
  const statuses = statusOptions.map((value) => ({ value, label: t(`filter.status.${value}`) }));
  const restoreFocus = useRestoreFocus<HTMLElement>("button");
  return (
    <search {...restoreFocus} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-3">
        <ToggleGroup legend={t("filter.show")} hideLegend value={filter.status} options={statuses} onChange={(status) => onChange({ status })} />
        <div className="max-sm:order-last max-sm:w-full sm:flex-1">
          <SearchField q={filter.q} onChange={(q) => onChange({ q })} />
        </div>
        <div className="flex">
          <MenuButton
            label={t("filter.filter")}
            variant="ghost"
            size="sm"
            className="max-sm:w-10 max-sm:px-0"
            onIntent={() => void loadFilterMenu()}
            menu={(menu) => <FilterMenu {...menu} filter={filter} onChange={onChange} />}
          >
            <ListFilter aria-hidden className="size-4" />
            <span className="max-sm:sr-only">{t("filter.filter")}</span>
          </MenuButton>
          <MenuButton
            label={t("filter.sort")}
            aria-label={sort ? t("filter.withValue", { label: t("filter.sort"), value: sort }) : undefined}
            variant="ghost"
            size="sm"
            className={cn("max-sm:w-10 max-sm:px-0", sort && "text-primary")}
            onIntent={() => void loadSortMenu()}
            menu={(menu) => <SortMenu {...menu} filter={filter} onChange={onChange} />}
          >
            <ArrowDownUp aria-hidden className="size-4" />
            <span className="max-sm:sr-only">{sort ?? t("filter.sort")}</span>
          </MenuButton>
        </div>
      </div>
      <ActiveFilters filter={filter} onChange={onChange} />
    </search>
  );
}

const searchDebounceMs = 250;

function SearchField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const t = useTranslations("filter");
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  // values sent by this field come back through the URL, possibly after more has been typed
  const [sent, setSent] = useState<string[]>([]);
  if (known !== q) {
    setKnown(q);
    if (sent.includes(q)) setSent(sent.slice(sent.indexOf(q) + 1));
    else setTyped(q);
  }

  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => {
      setSent((earlier) => [...earlier, typed]);
      onChange(typed);
    }, searchDebounceMs);
    return () => clearTimeout(timer);
  }, [typed, q, onChange]);

  return (
    <div className="relative">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground" />
      <input
        type="search"
        dir="auto"
        aria-label={t("search")}
        placeholder={t("searchPlaceholder")}
        className="form-control h-10 py-0! pl-9! sm:h-9"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

function ActiveFilters({ filter, onChange }: Props) {
  const t = useTranslations();
  const chips = [
    ...(filter.due === "any" ? [] : [{ label: t(`filter.dueOptions.${filter.due}`), clear: { due: "any" } as const }]),
    ...(filter.priority === "any" ? [] : [{ label: t(`priorityLong.${filter.priority}`), clear: { priority: "any" } as const }]),
    ...filter.tags.map((tag) => ({ label: `#${tag}`, clear: { tags: filter.tags.filter((other) => other !== tag) } })),
  ];
  if (chips.length === 0) return null;
  return (
    <ul aria-label={t("filter.active")} className="flex flex-wrap gap-2">
      {chips.map(({ label, clear }) => (
        <li key={label} className="inline-flex items-center gap-1 rounded-full border border-transparent bg-primary-soft py-0.5 pr-1 pl-3 text-sm text-primary">
          <bdi>{label}</bdi>
          <button type="button" className="rounded-full p-1 hover:bg-primary/15" aria-label={t("filter.remove", { label })} onClick={() => onChange(clear)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}
