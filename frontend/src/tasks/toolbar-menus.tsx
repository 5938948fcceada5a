// The menus of the toolbar.
"use client";

import { useTranslations } from "use-intl";
import { DropdownMenu, DropdownMenuRadioGroup } from "@/components/ui/dropdown-menu";
import type { MenuProps } from "@/components/ui/menu-button";
import { priorityFilters, type Filter } from "./filter";
import { sorts } from "./sort";
import type { ChangeFilter } from "./use-filter";

type Props = MenuProps & { filter: Filter; onChange: ChangeFilter };

export function FilterMenu({ filter, onChange, ...menu }: Props) {
  const t = useTranslations();
  const options = priorityFilters.map((value) => ({ value, label: t(`priorityLong.${value}`) }));
  return (
    <DropdownMenu {...menu}>
      <DropdownMenuRadioGroup label={t("fields.priority")} value={filter.priority} options={options} onChange={(priority) => onChange({ priority })} />
    </DropdownMenu>
  );
}

export function SortMenu({ filter, onChange, ...menu }: Props) {
  const t = useTranslations("filter");
  const options = sorts.map((value) => ({ value, label: t(`sortOptions.${value}`) }));
  return (
    <DropdownMenu {...menu}>
      <DropdownMenuRadioGroup label={t("sortBy")} value={filter.sort} options={options} onChange={(sort) => onChange({ sort })} />
    </DropdownMenu>
  );
}
