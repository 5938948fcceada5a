// Chooses a due date: presets, a calendar, and a time if wanted.
"use client";

import { CalendarDays, X } from "lucide-react";
import { useRef, useState, type ComponentProps } from "react";
import { useLocale, useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Calendar } from "@/components/ui/calendar";
import type { ControlProps } from "@/components/ui/field";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { dueOnDay, formatDueDate, hasTime, type LocalDue } from "./due-date";
import { useDuePresets } from "./due-presets";

type Props = { control: ControlProps; value: LocalDue; onChange: (due: LocalDue) => void };

export function DuePicker({ control, value, onChange }: Props) {
  const t = useTranslations("fields");
  const locale = useLocale();
  const [isOpen, setOpen] = useState(false);
  const field = useRef<HTMLButtonElement>(null);
  const text = value ? formatDueDate(new Date(value), new Date(), locale) : t("noDue");

  const choose = (due: LocalDue) => {
    onChange(due);
    setOpen(false);
  };

  const onOpenChange = (isOpening: boolean) => {
    if (isOpening && field.current) makeRoom(field.current);
    setOpen(isOpening);
  };

  return (
    <div className="relative">
      <Popover open={isOpen} onOpenChange={onOpenChange}>
        <PopoverTrigger asChild>
          <button ref={field} type="button" {...control} aria-label={t("dueValue", { value: text })} className="form-control flex h-10 items-center gap-2 py-0! text-start sm:h-9">
            <CalendarDays aria-hidden className="size-4 shrink-0 text-muted-foreground" />
            <span className={`truncate ${value ? "" : "text-muted-foreground"}`}>{text}</span>
          </button>
        </PopoverTrigger>
        <PopoverContent aria-label={t("due")}>
          <DuePickerContent value={value} onChoose={choose} onChange={onChange} />
        </PopoverContent>
      </Popover>
      {value ? (
        <Button variant="ghost" size="icon" aria-label={t("clearDue")} className="absolute inset-y-0 right-0.5 my-auto" onClick={() => onChange("")}>
          <X aria-hidden className="size-4" />
        </Button>
      ) : null}
    </div>
  );
}

const popoverHeight = 510;

/** Scrolls the field to the top of the page if the popover fits neither above nor below it. */
function makeRoom(field: HTMLElement): void {
  const { top, bottom } = field.getBoundingClientRect();
  if (Math.max(top, window.innerHeight - bottom) < popoverHeight) field.scrollIntoView({ block: "start", behavior: "instant" });
}

type ContentProps = { value: LocalDue; onChoose: (due: LocalDue) => void; onChange: (due: LocalDue) => void };

function DuePickerContent({ value, onChoose, onChange }: ContentProps) {
  const t = useTranslations("fields");
  const due = value ? new Date(value) : undefined;
  const presets = useDuePresets();
  const time = due && hasTime(due) ? value.slice(11) : "";
  const withTime = (day: LocalDue, at: string) => (at ? `${day.slice(0, 10)}T${at}` : dueOnDay(new Date(day)));

  return (
    <div className="flex flex-col gap-2">
      <div className="grid grid-cols-2 gap-1">
        {presets.map(({ id, label, hint, due: preset }) => (
          <button
            key={id}
            type="button"
            aria-pressed={preset === value}
            className="flex h-9 items-center justify-between gap-2 rounded-lg px-3 text-sm font-medium transition-tint hover:bg-accent aria-pressed:bg-primary-soft aria-pressed:text-primary sm:h-8"
            onClick={() => onChoose(preset)}
          >
            {label}
            <span aria-hidden className="text-xs font-normal text-muted-foreground">{hint}</span>
          </button>
        ))}
      </div>
      <Calendar
        mode="single"
        autoFocus
        selected={due}
        defaultMonth={due}
        captionLayout="dropdown"
        {...selectableYears()}
        onSelect={(day) => day && onChange(withTime(dueOnDay(day), time))}
      />
      <label className="flex items-center justify-between gap-3 border-t border-border pt-2 text-sm font-medium">
        {t("time")}
        <input type="time" className="form-control w-auto! py-1!" value={time} disabled={!value} onChange={(event) => onChange(withTime(value, event.target.value))} />
      </label>
    </div>
  );
}

const yearsAhead = 10;

function selectableYears(): Pick<ComponentProps<typeof Calendar>, "startMonth" | "endMonth"> {
  const year = new Date().getFullYear();
  return { startMonth: new Date(year - 1, 0), endMonth: new Date(year + yearsAhead, 11) };
}
