// A month to choose a day from, on react-day-picker.
"use client";

import { ChevronDown, ChevronLeft, ChevronRight } from "lucide-react";
import type { ComponentProps } from "react";
import { DayPicker } from "react-day-picker";
import { useLocale, useTranslations } from "use-intl";
import { firstWeekday } from "@/lib/i18n/first-weekday";
import { cn } from "@/lib/utils";
import { buttonVariants } from "./button";

const navigationButton = cn(buttonVariants({ variant: "ghost", size: "icon" }), "aria-disabled:opacity-30!");

const classNames = {
  root: "relative mx-auto w-fit text-sm",
  months: "relative",
  month: "flex flex-col gap-2",
  nav: "absolute inset-x-0 top-0 flex items-center justify-between",
  button_previous: navigationButton,
  button_next: navigationButton,
  month_caption: "flex h-10 items-center justify-center px-10 sm:h-8",
  dropdowns: "flex gap-1 font-medium",
  dropdown_root: "relative inline-flex items-center gap-1 rounded-md px-1 has-focus-visible:outline-2 has-focus-visible:outline-ring",
  dropdown: "absolute inset-0 cursor-pointer bg-popover opacity-0",
  caption_label: "inline-flex items-center gap-0.5 font-medium",
  month_grid: "border-collapse",
  weekday: "size-10 text-xs font-normal text-muted-foreground sm:size-9",
  day: "p-0 text-center",
  day_button: "size-10 rounded-lg hover:bg-accent sm:size-9",
  selected: "[&>button]:bg-primary [&>button]:text-primary-foreground [&>button]:hover:bg-primary/90 forced-colors:[&>button]:bg-[Highlight]",
  today: "font-semibold [&:not([aria-selected=true])>button]:text-primary",
  outside: "text-muted-foreground",
};

const icons = { left: ChevronLeft, right: ChevronRight, down: ChevronDown, up: ChevronDown };

export function Calendar(props: ComponentProps<typeof DayPicker>) {
  const locale = useLocale();
  const t = useTranslations("calendar");
  const format = (options: Intl.DateTimeFormatOptions) => (date: Date) => new Intl.DateTimeFormat(locale, options).format(date);
  return (
    <DayPicker
      showOutsideDays
      weekStartsOn={firstWeekday(locale)}
      lang={locale}
      formatters={{
        formatCaption: format({ month: "long", year: "numeric" }),
        formatMonthDropdown: format({ month: "long" }),
        formatWeekdayName: format({ weekday: "short" }),
      }}
      labels={{
        labelDayButton: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
        labelWeekday: format({ weekday: "long" }),
        labelMonthDropdown: () => t("month"),
        labelYearDropdown: () => t("year"),
        labelNext: () => t("next"),
        labelPrevious: () => t("previous"),
        labelNav: () => t("navigation"),
        labelGrid: format({ month: "long", year: "numeric" }),
      }}
      classNames={classNames}
      components={{
        Chevron: ({ orientation = "down" }) => {
          const Icon = icons[orientation];
          return <Icon aria-hidden className="size-4" />;
        },
      }}
      {...props}
    />
  );
}
