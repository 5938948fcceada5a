// The menu of the header: theme, language, account, sign-out.
"use client";

import { LogOut, MonitorSmartphone, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useSignOut } from "@/account/use-sign-out";
import { DropdownMenu, DropdownMenuItem, DropdownMenuRadioGroup, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import type { MenuProps } from "@/components/ui/menu-button";
import { currentLanguageSetting, languageNames, languages, setLanguage, type Language } from "@/lib/i18n/locale";
import { applyTheme, currentTheme, themes, type Theme } from "@/lib/theme";

type Props = MenuProps & { name: string; email: string | null; onFailure: (failed: boolean) => void };

export default function UserMenu({ name, email, onFailure, ...menu }: Props) {
  const router = useRouter();
  const signOut = useSignOut();
  const t = useTranslations("menu");

  const handleSignOut = () => {
    onFailure(false);
    signOut().catch(() => onFailure(true));
  };

  return (
    <DropdownMenu {...menu}>
      <div className="px-2 py-1.5">
        <p dir="auto" className="max-w-56 truncate font-medium">{name}</p>
        {email ? <p className="max-w-56 truncate text-sm text-muted-foreground">{email}</p> : null}
      </div>
      <DropdownMenuSeparator />
      <ThemeOptions />
      <DropdownMenuSeparator />
      <LanguageOptions />
      <DropdownMenuSeparator />
      <DropdownMenuItem onSelect={() => router.push("/account")}>
        <UserRound aria-hidden className="size-4" />
        {t("account")}
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => router.push("/sessions")}>
        <MonitorSmartphone aria-hidden className="size-4" />
        {t("sessions")}
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={handleSignOut}>
        <LogOut aria-hidden className="size-4" />
        {t("signOut")}
      </DropdownMenuItem>
    </DropdownMenu>
  );
}

function ThemeOptions() {
  const t = useTranslations("menu");
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const options = themes.map((value) => ({ value, label: t(`themes.${value}`) }));
  const change = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return <DropdownMenuRadioGroup label={t("theme")} value={theme} options={options} onChange={change} />;
}

function LanguageOptions() {
  const t = useTranslations("menu");
  const options = [{ value: "system", label: t("languageSystem") }, ...languages.map((value) => ({ value, label: languageNames[value] }))] as const;
  const change = (next: Language | "system") => {
    setLanguage(next === "system" ? undefined : next);
    window.location.reload();
  };
  return <DropdownMenuRadioGroup label={t("language")} value={currentLanguageSetting() ?? "system"} options={options} onChange={change} />;
}
