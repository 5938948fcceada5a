// The first day of the week by locale (CLDR).

export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

type WeekInfo = { firstDay: number };
type LocaleWithWeekInfo = Intl.Locale & { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo };

// for browsers without Intl.Locale.getWeekInfo
const sundayRegions = new Set(["US", "CA", "MX", "BR", "JP", "KR", "TW", "HK", "IN", "IL", "ZA", "AU", "PH", "TH"]);

/** 0 is Sunday. */
export function firstWeekday(locale: string): Weekday {
  const parsed: LocaleWithWeekInfo = new Intl.Locale(locale);
  const info = parsed.getWeekInfo?.() ?? parsed.weekInfo;
  if (info) return (info.firstDay % 7) as Weekday;
  return sundayRegions.has(parsed.maximize().region ?? "") ? 0 : 1;
}
