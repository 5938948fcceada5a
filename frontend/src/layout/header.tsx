// The app header with the user menu.
"use client";

import { LogOut, MonitorSmartphone, UserRound } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useProfile } from "@/account/use-profile";
import { useSignOut } from "@/account/use-sign-out";
import { buttonVariants } from "@/components/ui/button";
import { Menu, MenuRadioGroup, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { Alert } from "@/components/ui/alert";
import { Wordmark } from "@/components/wordmark";
import { currentLanguageSetting, languageNames, languages, setLanguage, type Language } from "@/lib/i18n/locale";
import { applyTheme, currentTheme, themes, type Theme } from "@/lib/theme";

export function Header() {
  const [hasFailed, setHasFailed] = useState(false);
  const t = useTranslations();
  return (
    <header className="sticky top-0 z-10 border-b border-border bg-background/85 backdrop-blur">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:rounded-lg focus:bg-popover focus:px-3 focus:py-2"
      >
        {t("app.skipToContent")}
      </a>
      <div className="mx-auto flex h-14 max-w-2xl items-center justify-between px-4">
        <Link href="/" className="flex rounded-lg">
          <Wordmark />
        </Link>
        <UserMenu onFailure={setHasFailed} />
      </div>
      {hasFailed ? (
        <div className="mx-auto max-w-2xl px-4 pb-2">
          <Alert variant="error">{t("signOut.failed")}</Alert>
        </div>
      ) : null}
    </header>
  );
}

function UserMenu({ onFailure }: { onFailure: (failed: boolean) => void }) {
  const profile = useProfile();
  const router = useRouter();
  const signOut = useSignOut();
  const t = useTranslations("menu");
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const language = currentLanguageSetting() ?? "system";
  const name = profile.name || profile.email || t("account");
  const themeOptions = themes.map((value) => ({ value, label: t(`themes.${value}`) }));
  const languageOptions = [{ value: "system", label: t("languageSystem") }, ...languages.map((value) => ({ value, label: languageNames[value] }))] as const;

  const handleThemeChange = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };

  const handleLanguageChange = (next: Language | "system") => {
    setLanguage(next === "system" ? undefined : next);
    window.location.reload();
  };

  const handleSignOut = () => {
    onFailure(false);
    signOut().catch(() => onFailure(true));
  };

  return (
    <Menu label={t("account")} trigger={<UserMenuButton name={name} />}>
      <div className="px-2 py-1.5">
        <p dir="auto" className="max-w-56 truncate font-medium">{name}</p>
        {profile.email ? <p className="max-w-56 truncate text-sm text-muted-foreground">{profile.email}</p> : null}
      </div>
      <MenuSeparator />
      <MenuRadioGroup label={t("theme")} value={theme} options={themeOptions} onChange={handleThemeChange} />
      <MenuSeparator />
      <MenuRadioGroup label={t("language")} value={language} options={languageOptions} onChange={handleLanguageChange} />
      <MenuSeparator />
      <MenuItem onSelect={() => router.push("/account")}>
        <UserRound aria-hidden className="size-4" />
        {t("account")}
      </MenuItem>
      <MenuItem onSelect={() => router.push("/sessions")}>
        <MonitorSmartphone aria-hidden className="size-4" />
        {t("sessions")}
      </MenuItem>
      <MenuItem onSelect={handleSignOut}>
        <LogOut aria-hidden className="size-4" />
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}

function UserMenuButton({ name, ...rest }: { name: string }) {
  const t = useTranslations("menu");
  return (
    <button type="button" aria-label={t("accountOf", { name })} className={`${buttonVariants({ variant: "ghost", size: "sm" })} -mr-2`} {...rest}>
      <span aria-hidden className="flex size-7 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent">
        {[...name][0]?.toUpperCase()}
      </span>
      <bdi aria-hidden className="hidden max-w-40 truncate sm:inline">
        {name}
      </bdi>
    </button>
  );
}
