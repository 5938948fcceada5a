"use client";

import { useTranslations } from "use-intl";
import { DropdownMenu, DropdownMenuRadioGroup, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import type { MenuProps } from "@/components/ui/menu-button";
import { dueOptions, priorityFilterOptions, type Filter } from "./filter";

type Props = MenuProps & { filter: Filter; onChange: (change: Partial<Filter>) => void };

export default function FilterMenu({ filter, onChange, ...menu }: Props) {
  const t = useTranslations();
  const dues = dueOptions.map((value) => ({ value, label: t(`filter.dueOptions.${value}`) }));
  const priorities = priorityFilterOptions.map((value) => ({ value, label: t(`priorityLong.${value}`) }));
  return (
    <DropdownMenu {...menu}>
      <DropdownMenuRadioGroup label={t("filter.due")} value={filter.due} options={dues} onChange={(due) => onChange({ due })} />
      <DropdownMenuSeparator />
      <DropdownMenuRadioGroup label={t("fields.priority")} value={filter.priority} options={priorities} onChange={(priority) => onChange({ priority })} />
    </DropdownMenu>
  );
}
