// The menus of the bar for selected rows.
"use client";

import { useTranslations } from "use-intl";
import type { Priority } from "@/client";
import { DropdownMenu, DropdownMenuItem } from "@/components/ui/dropdown-menu";
import type { MenuProps } from "@/components/ui/menu-button";
import { toInstant } from "./due-date";
import { useDuePresets } from "./due-presets";
import { priorities } from "./priority";

export function DueMenu({ onChoose, ...menu }: MenuProps & { onChoose: (dueAt: string | null) => void }) {
  const presets = useDuePresets();
  return (
    <DropdownMenu {...menu}>
      {presets.map(({ id, label, hint, due }) => (
        <DropdownMenuItem key={id} className="justify-between gap-6" onSelect={() => onChoose(toInstant(due))}>
          {label}
          <span aria-hidden className="text-sm text-muted-foreground">{hint}</span>
        </DropdownMenuItem>
      ))}
    </DropdownMenu>
  );
}

export function PriorityMenu({ onChoose, ...menu }: MenuProps & { onChoose: (priority: Priority) => void }) {
  const t = useTranslations("priority");
  return (
    <DropdownMenu {...menu}>
      {priorities.toReversed().map((priority) => (
        <DropdownMenuItem key={priority} onSelect={() => onChoose(priority)}>
          {t(priority)}
        </DropdownMenuItem>
      ))}
    </DropdownMenu>
  );
}
