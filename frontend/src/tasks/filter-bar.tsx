// Status, search, filter and sort controls.
"use client";

import { ArrowDownUp, ListFilter, Search, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuRadioGroup, MenuSeparator } from "@/components/ui/menu";
import { ToggleGroup } from "@/components/ui/toggle-group";
import { useRestoreFocus } from "@/components/use-restore-focus";
import { dueOptions, priorityFilterOptions, sortOptions, statusOptions, defaultFilter, type Filter } from "./filter";

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function FilterBar({ filter, onChange }: Props) {
  const sort = filter.sort === defaultFilter.sort ? undefined : findLabel(sortOptions, filter.sort);
  const restoreFocus = useRestoreFocus<HTMLElement>("button");
  return (
    <search {...restoreFocus} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-3">
        <ToggleGroup legend="Show" hideLegend value={filter.status} options={statusOptions} onChange={(status) => onChange({ status })} />
        <div className="max-sm:order-last max-sm:w-full sm:flex-1">
          <SearchField q={filter.q} onChange={(q) => onChange({ q })} />
        </div>
        <div className="flex">
          <Menu label="Filter" trigger={<MenuTrigger icon={<ListFilter aria-hidden className="size-4" />} label="Filter" />}>
            <MenuRadioGroup label="Due" value={filter.due} options={dueOptions} onChange={(due) => onChange({ due })} />
            <MenuSeparator />
            <MenuRadioGroup label="Priority" value={filter.priority} options={priorityFilterOptions} onChange={(priority) => onChange({ priority })} />
          </Menu>
          <Menu label="Sort" trigger={<MenuTrigger icon={<ArrowDownUp aria-hidden className="size-4" />} label="Sort" value={sort} />}>
            <MenuRadioGroup label="Sort by" value={filter.sort} options={sortOptions} onChange={(sort) => onChange({ sort })} />
          </Menu>
        </div>
      </div>
      <ActiveFilters filter={filter} onChange={onChange} />
    </search>
  );
}

/** `value` is the selected option, if it is not the default. */
function MenuTrigger({ icon, label, value, ...rest }: { icon: ReactNode; label: string; value?: string }) {
  const className = value ? "text-accent" : "";
  return (
    <Button variant="ghost" size="sm" aria-label={value ? `${label}: ${value}` : label} className={`max-sm:w-10 max-sm:px-0 ${className}`} {...rest}>
      {icon}
      <span className="max-sm:sr-only">{value ?? label}</span>
    </Button>
  );
}

const searchDebounceMs = 250;

function SearchField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
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
        aria-label="Search tasks"
        placeholder="Search"
        className="form-control h-10 py-0! pl-9! sm:h-9"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

function ActiveFilters({ filter, onChange }: Props) {
  const chips = [
    ...(filter.due === "any" ? [] : [{ label: findLabel(dueOptions, filter.due), clear: { due: "any" } as const }]),
    ...(filter.priority === "any" ? [] : [{ label: findLabel(priorityFilterOptions, filter.priority), clear: { priority: "any" } as const }]),
    ...filter.tags.map((tag) => ({ label: `#${tag}`, clear: { tags: filter.tags.filter((other) => other !== tag) } })),
  ];
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-2">
      {chips.map(({ label, clear }) => (
        <li key={label} className="inline-flex items-center gap-1 rounded-full border border-transparent bg-accent-soft py-0.5 pr-1 pl-3 text-sm text-accent">
          <bdi>{label}</bdi>
          <button type="button" className="rounded-full p-1 hover:bg-accent/15" aria-label={`Remove filter: ${label}`} onClick={() => onChange(clear)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function findLabel(options: readonly { value: string; label: string }[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value;
}
