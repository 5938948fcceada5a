// Status, search, filter and sort controls.
"use client";

import { ArrowDownUp, ListFilter, Search, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Menu, MenuRadioGroup, MenuSeparator } from "@/components/ui/menu";
import { ToggleGroup } from "@/components/ui/toggle-group";
import { useRestoreFocus } from "@/components/use-restore-focus";
import { dueOptions, priorityFilterOptions, sortOptions, statusOptions, defaultFilter, type Filter } from "./filter";

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function FilterBar({ filter, onChange }: Props) {
  const t = useTranslations();
  const sort = filter.sort === defaultFilter.sort ? undefined : t(`filter.sortOptions.${filter.sort}`);
  const statuses = statusOptions.map((value) => ({ value, label: t(`filter.status.${value}`) }));
  const dues = dueOptions.map((value) => ({ value, label: t(`filter.dueOptions.${value}`) }));
  const priorities = priorityFilterOptions.map((value) => ({ value, label: t(`priorityLong.${value}`) }));
  const sorts = sortOptions.map((value) => ({ value, label: t(`filter.sortOptions.${value}`) }));
  const restoreFocus = useRestoreFocus<HTMLElement>("button");
  return (
    <search {...restoreFocus} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-3">
        <ToggleGroup legend={t("filter.show")} hideLegend value={filter.status} options={statuses} onChange={(status) => onChange({ status })} />
        <div className="max-sm:order-last max-sm:w-full sm:flex-1">
          <SearchField q={filter.q} onChange={(q) => onChange({ q })} />
        </div>
        <div className="flex">
          <Menu label={t("filter.filter")} trigger={<MenuTrigger icon={<ListFilter aria-hidden className="size-4" />} label={t("filter.filter")} />}>
            <MenuRadioGroup label={t("filter.due")} value={filter.due} options={dues} onChange={(due) => onChange({ due })} />
            <MenuSeparator />
            <MenuRadioGroup label={t("fields.priority")} value={filter.priority} options={priorities} onChange={(priority) => onChange({ priority })} />
          </Menu>
          <Menu label={t("filter.sort")} trigger={<MenuTrigger icon={<ArrowDownUp aria-hidden className="size-4" />} label={t("filter.sort")} value={sort} />}>
            <MenuRadioGroup label={t("filter.sortBy")} value={filter.sort} options={sorts} onChange={(sort) => onChange({ sort })} />
          </Menu>
        </div>
      </div>
      <ActiveFilters filter={filter} onChange={onChange} />
    </search>
  );
}

/** `value` is the selected option, if it is not the default. */
function MenuTrigger({ icon, label, value, ...rest }: { icon: ReactNode; label: string; value?: string }) {
  const t = useTranslations("filter");
  const className = value ? "text-accent" : "";
  return (
    <Button variant="ghost" size="sm" aria-label={value ? t("withValue", { label, value }) : label} className={`max-sm:w-10 max-sm:px-0 ${className}`} {...rest}>
      {icon}
      <span className="max-sm:sr-only">{value ?? label}</span>
    </Button>
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
        <li key={label} className="inline-flex items-center gap-1 rounded-full border border-transparent bg-accent-soft py-0.5 pr-1 pl-3 text-sm text-accent">
          <bdi>{label}</bdi>
          <button type="button" className="rounded-full p-1 hover:bg-accent/15" aria-label={t("filter.remove", { label })} onClick={() => onChange(clear)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}
