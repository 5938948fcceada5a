// What can be done with the selected rows.
"use client";

import { CalendarDays, CircleCheckBig, Flag, Trash2, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { MenuButton } from "@/components/ui/menu-button";
import { lazyComponent } from "@/lib/lazy";
import type { ShownTask } from "@/sync/replica";
import type { Selection } from "./use-selection";
import { useTaskCommands } from "./use-task-commands";

const loadMenus = () => import("./bulk-menus");
const DueMenu = lazyComponent(async () => ({ default: (await loadMenus()).DueMenu }));
const PriorityMenu = lazyComponent(async () => ({ default: (await loadMenus()).PriorityMenu }));

type Props = {
  tasks: readonly ShownTask[];
  selection: Selection;
  onComplete: (tasks: readonly ShownTask[], completed: boolean) => void;
  onDelete: (tasks: readonly ShownTask[]) => void;
};

export function BulkBar({ tasks, selection, onComplete, onDelete }: Props) {
  const t = useTranslations("bulk");
  const { updateMany } = useTaskCommands();
  if (!selection.isActive) return null;
  const isDisabled = tasks.length === 0;
  const willComplete = isDisabled || tasks.some(({ completed }) => !completed);
  const className = "max-md:size-10 max-md:px-0";

  const run = (action: () => void) => () => {
    action();
    selection.clear();
  };

  return (
    <div
      role="toolbar"
      data-bulk-bar
      aria-label={t("label")}
      className="fixed inset-x-3 bottom-[calc(4.25rem+env(safe-area-inset-bottom))] z-30 mx-auto flex max-w-xl items-center gap-1 rounded-2xl border border-border bg-popover p-2 shadow-popover md:bottom-6 md:w-fit md:max-w-none"
    >
      <p role="status" className="min-w-0 flex-1 truncate px-2 font-medium">
        {t("selected", { count: tasks.length })}
      </p>
      <Button size="sm" variant="ghost" className={className} disabled={isDisabled} onClick={run(() => onComplete(tasks, willComplete))}>
        <CircleCheckBig aria-hidden className="size-4" />
        <span className="max-md:sr-only">{t(willComplete ? "complete" : "reopen")}</span>
      </Button>
      <MenuButton
        label={t("due")}
        size="sm"
        variant="ghost"
        className={className}
        disabled={isDisabled}
        onIntent={() => void loadMenus().catch(() => {})}
        menu={(menu) => <DueMenu {...menu} onChoose={(due_at) => run(() => updateMany(tasks, { due_at }))()} />}
      >
        <CalendarDays aria-hidden className="size-4" />
        <span className="max-md:sr-only">{t("due")}</span>
      </MenuButton>
      <MenuButton
        label={t("priority")}
        size="sm"
        variant="ghost"
        className={className}
        disabled={isDisabled}
        onIntent={() => void loadMenus().catch(() => {})}
        menu={(menu) => <PriorityMenu {...menu} onChoose={(priority) => run(() => updateMany(tasks, { priority }))()} />}
      >
        <Flag aria-hidden className="size-4" />
        <span className="max-md:sr-only">{t("priority")}</span>
      </MenuButton>
      <Button size="sm" variant="ghost-destructive" className={className} disabled={isDisabled} onClick={run(() => onDelete(tasks))}>
        <Trash2 aria-hidden className="size-4" />
        <span className="max-md:sr-only">{t("delete")}</span>
      </Button>
      <Button size="icon" variant="ghost" aria-label={t("clear")} onClick={selection.clear}>
        <X aria-hidden className="size-4" />
      </Button>
    </div>
  );
}
