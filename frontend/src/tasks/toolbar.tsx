// Search, filter, order and selection.
"use client";

import { ArrowDownUp, ListChecks, ListFilter, Search, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { MenuButton } from "@/components/ui/menu-button";
import { useRestoreFocus } from "@/components/use-restore-focus";
import { cn } from "@/lib/utils";
import { lazyComponent } from "@/lib/lazy";
import type { Filter } from "./filter";
import type { ChangeFilter } from "./use-filter";

const loadMenus = () => import("./toolbar-menus");
const FilterMenu = lazyComponent(async () => ({ default: (await loadMenus()).FilterMenu }));
const SortMenu = lazyComponent(async () => ({ default: (await loadMenus()).SortMenu }));

/** Found by the shortcut for the search. */
export const searchFieldId = "search-tasks";

type Props = { filter: Filter; onChange: ChangeFilter; onSelect: () => void };

export function Toolbar({ filter, onChange, onSelect }: Props) {
  const t = useTranslations("filter");
  const sort = filter.sort === "due" ? undefined : t(`sortOptions.${filter.sort}`);
  const restoreFocus = useRestoreFocus<HTMLElement>("button");
  const menuButton = { variant: "ghost", size: "sm", onIntent: () => void loadMenus().catch(() => {}), className: "max-sm:w-10 max-sm:px-0" } as const;
  return (
    <search {...restoreFocus} className="flex flex-col gap-3">
      <div className="flex items-center gap-1">
        <SearchField q={filter.q} onChange={(q) => onChange({ q })} />
        <MenuButton {...menuButton} label={t("filter")} menu={(menu) => <FilterMenu {...menu} filter={filter} onChange={onChange} />}>
          <ListFilter aria-hidden className="size-4" />
          <span className="max-sm:sr-only">{t("filter")}</span>
        </MenuButton>
        <MenuButton
          {...menuButton}
          label={t("sort")}
          aria-label={sort ? t("withValue", { label: t("sort"), value: sort }) : undefined}
          className={cn(menuButton.className, sort && "text-primary!")}
          menu={(menu) => <SortMenu {...menu} filter={filter} onChange={onChange} />}
        >
          <ArrowDownUp aria-hidden className="size-4" />
          <span className="max-sm:sr-only">{sort ?? t("sort")}</span>
        </MenuButton>
        <Button variant="ghost" size="sm" className={menuButton.className} onClick={onSelect}>
          <ListChecks aria-hidden className="size-4" />
          <span className="max-sm:sr-only">{t("select")}</span>
        </Button>
      </div>
      <ActiveFilters filter={filter} onChange={onChange} />
    </search>
  );
}

function SearchField({ q, onChange }: { q: string; onChange: (q: string) => void }) {
  const t = useTranslations("filter");
  return (
    <div className="relative min-w-0 flex-1">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground" />
      <input
        type="search"
        id={searchFieldId}
        dir="auto"
        aria-label={t("search")}
        aria-keyshortcuts="/"
        placeholder={t("searchPlaceholder")}
        className="form-control h-10 py-0! pl-9! sm:h-9"
        value={q}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && !event.nativeEvent.isComposing && event.currentTarget.blur()}
      />
    </div>
  );
}

function ActiveFilters({ filter, onChange }: { filter: Filter; onChange: ChangeFilter }) {
  const t = useTranslations();
  const chips = [
    ...(filter.priority === "any" ? [] : [{ label: t(`priorityLong.${filter.priority}`), clear: { priority: "any" } as const }]),
    ...filter.tag.map((tag) => ({ label: `#${tag}`, clear: { tag: filter.tag.filter((other) => other !== tag) } })),
  ];
  if (chips.length === 0) return null;
  return (
    <ul aria-label={t("filter.active")} className="flex flex-wrap gap-2">
      {chips.map(({ label, clear }) => (
        <li key={label} className="inline-flex max-w-full items-center gap-1 rounded-full border border-transparent bg-primary-soft py-0.5 pr-1 pl-3 text-sm text-primary">
          <bdi className="truncate">{label}</bdi>
          <button type="button" className="rounded-full p-1 hover:bg-primary/15" aria-label={t("filter.remove", { label })} onClick={() => onChange(clear)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}
