"use client";

import { useTranslations } from "use-intl";
import { DropdownMenu, DropdownMenuRadioGroup } from "@/components/ui/dropdown-menu";
import type { MenuProps } from "@/components/ui/menu-button";
import { sortOptions, type Filter } from "./filter";

type Props = MenuProps & { filter: Filter; onChange: (change: Partial<Filter>) => void };

export default function SortMenu({ filter, onChange, ...menu }: Props) {
  const t = useTranslations("filter");
  const sorts = sortOptions.map((value) => ({ value, label: t(`sortOptions.${value}`) }));
  return (
    <DropdownMenu {...menu}>
      <DropdownMenuRadioGroup label={t("sortBy")} value={filter.sort} options={sorts} onChange={(sort) => onChange({ sort })} />
    </DropdownMenu>
  );
}
