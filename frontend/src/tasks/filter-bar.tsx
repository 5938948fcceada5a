// What is shown, and in what order.
"use client";

import { ArrowDownUp, ListFilter, Search, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice, MenuSeparator } from "@/components/ui/menu";
import { Segments } from "@/components/ui/toggle-group";
import { useFocusKept } from "@/components/use-restore-focus";
import { dues, priorityFilters, sorts, statuses, usual, type Filter } from "./filter";

type Props = { filter: Filter; onChange: (change: Partial<Filter>) => void };

export function FilterBar({ filter, onChange }: Props) {
  const sort = filter.sort === usual.sort ? undefined : labelOf(sorts, filter.sort);
  const focus = useFocusKept<HTMLElement>("button");
  return (
    <search {...focus} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-3">
        <Segments legend="Show" hideLegend value={filter.status} options={statuses} onChange={(status) => onChange({ status })} />
        <div className="max-sm:order-last max-sm:w-full sm:flex-1">
          <SearchField q={filter.q} onChange={(q) => onChange({ q })} />
        </div>
        <div className="flex">
          <Menu label="Filter" trigger={<Trigger icon={<ListFilter aria-hidden className="size-4" />} label="Filter" />}>
            <MenuChoice title="Due" value={filter.due} options={dues} onChange={(due) => onChange({ due })} />
            <MenuSeparator />
            <MenuChoice title="Priority" value={filter.priority} options={priorityFilters} onChange={(priority) => onChange({ priority })} />
          </Menu>
          <Menu label="Sort" trigger={<Trigger icon={<ArrowDownUp aria-hidden className="size-4" />} label="Sort" value={sort} />}>
            <MenuChoice title="Sort by" value={filter.sort} options={sorts} onChange={(sort) => onChange({ sort })} />
          </Menu>
        </div>
      </div>
      <Chosen filter={filter} onChange={onChange} />
    </search>
  );
}

/** `value` is what was chosen, where it is not the usual. */
function Trigger({ icon, label, value, ...rest }: { icon: ReactNode; label: string; value?: string }) {
  const look = value ? "text-accent" : "";
  return (
    <Button weight="quiet" size="small" aria-label={value ? `${label}: ${value}` : label} className={`max-sm:w-10 max-sm:px-0 ${look}`} {...rest}>
      {icon}
      <span className="max-sm:sr-only">{value ?? label}</span>
    </Button>
  );
}

const pause = 250;

function SearchField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  // what this field has sent comes back by the address, perhaps when more is typed already
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
    }, pause);
    return () => clearTimeout(timer);
  }, [typed, q, onChange]);

  return (
    <div className="relative">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-soft" />
      <input
        type="search"
        aria-label="Search tasks"
        placeholder="Search"
        className="field h-10 py-0! pl-9! sm:h-9"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

function Chosen({ filter, onChange }: Props) {
  const chips = [
    ...(filter.due === "any" ? [] : [{ label: labelOf(dues, filter.due), clear: { due: "any" } as const }]),
    ...(filter.priority === "any" ? [] : [{ label: labelOf(priorityFilters, filter.priority), clear: { priority: "any" } as const }]),
    ...filter.tags.map((tag) => ({ label: `#${tag}`, clear: { tags: filter.tags.filter((other) => other !== tag) } })),
  ];
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-2">
      {chips.map(({ label, clear }) => (
        <li key={label} className="inline-flex items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1 pl-3 text-sm text-accent">
          {label}
          <button type="button" className="rounded-full p-1 hover:bg-accent/15" aria-label={`Remove the filter ${label}`} onClick={() => onChange(clear)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function labelOf(options: readonly { value: string; label: string }[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value;
}
