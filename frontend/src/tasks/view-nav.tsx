// The views with their counts: a column beside the list, on phones a bar at the bottom.
"use client";

import { CalendarDays, CalendarRange, CircleCheckBig, ListTodo, Trash2 } from "lucide-react";
import { useMemo, type MouseEvent } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useNow } from "@/components/use-now";
import { cn } from "@/lib/utils";
import { useTasks } from "@/sync/hooks";
import { filterUrl } from "./filter";
import { countByView, views, type View } from "./view";

export const viewIcons = { today: CalendarDays, upcoming: CalendarRange, all: ListTodo, done: CircleCheckBig, trash: Trash2 };

type Props = { view: View; onSelect: (view: View) => void };

export function ViewNav({ view: current, onSelect }: Props) {
  const t = useTranslations("views");
  const { tasks, isLoading } = useTasks();
  const now = useNow();
  const counts = useMemo(() => (isLoading ? null : countByView(tasks, now)), [tasks, now, isLoading]);
  return (
    <nav
      aria-label={t("label")}
      className="max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-20 max-md:border-t max-md:border-border max-md:bg-background/95 max-md:pb-[env(safe-area-inset-bottom)] max-md:backdrop-blur md:sticky md:top-20 md:self-start"
    >
      <ul className="flex md:flex-col md:gap-0.5">
        {views.map((view) => (
          <li key={view} className="min-w-0 flex-1">
            <ViewLink view={view} isCurrent={view === current} count={view === "trash" || view === "done" ? undefined : counts?.[view]} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

type ViewLinkProps = { view: View; isCurrent: boolean; count: number | undefined; onSelect: (view: View) => void };

function ViewLink({ view, isCurrent, count, onSelect }: ViewLinkProps) {
  const t = useTranslations("views");
  const locale = useLocale();
  const Icon = viewIcons[view];

  const onClick = (event: MouseEvent) => {
    // a new tab or window
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onSelect(view);
  };

  return (
    <a
      href={filterUrl({ view })}
      aria-current={isCurrent ? "page" : undefined}
      onClick={onClick}
      className={cn(
        "relative flex items-center rounded-lg font-medium transition-tint max-md:h-14 max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:rounded-none max-md:text-xs md:h-9 md:gap-2.5 md:px-3",
        isCurrent ? "text-primary md:bg-primary-soft forced-colors:text-[Highlight]" : "text-muted-foreground hover:text-foreground md:hover:bg-accent",
      )}
    >
      <Icon aria-hidden className="size-5 md:size-4" />
      <span className="max-w-full truncate md:flex-1">{t(view)}</span>
      {count ? (
        <span className="text-xs tabular-nums max-md:absolute max-md:top-1 max-md:left-[calc(50%+0.5rem)] max-md:min-w-4 max-md:rounded-full max-md:bg-primary-soft max-md:px-1 max-md:text-center max-md:text-[0.6875rem] max-md:text-primary">
          <span className="sr-only">{t("count", { count })}</span>
          <span aria-hidden>{new Intl.NumberFormat(locale, { notation: "compact" }).format(count)}</span>
        </span>
      ) : null}
    </a>
  );
}
