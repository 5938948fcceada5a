// Due dates that are chosen often.
"use client";

import { useLocale, useTranslations } from "use-intl";
import { firstWeekday } from "@/lib/i18n/first-weekday";
import { daysToNextWeek, dueInDays, type LocalDue } from "./due-date";

export type DuePreset = { id: "today" | "tomorrow" | "nextWeek" | "none"; label: string; hint: string; due: LocalDue };

export function useDuePresets(): DuePreset[] {
  const t = useTranslations("presets");
  const locale = useLocale();
  const now = new Date();
  const days = { today: 0, tomorrow: 1, nextWeek: daysToNextWeek(now, firstWeekday(locale)) };
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short" });
  const dated = (["today", "tomorrow", "nextWeek"] as const).map((id) => {
    const due = dueInDays(days[id], now);
    return { id, label: t(id), hint: weekday.format(new Date(due)), due };
  });
  return [...dated, { id: "none", label: t("none"), hint: "", due: "" }];
}
