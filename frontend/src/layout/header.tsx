// The app header with the user menu.
"use client";

import Link from "next/link";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useProfile } from "@/account/use-profile";
import { Alert } from "@/components/ui/alert";
import { MenuButton } from "@/components/ui/menu-button";
import { Wordmark } from "@/components/wordmark";
import { lazyComponent } from "@/lib/lazy";
import { useKnownUser } from "@/session/session-provider";
import { Commands } from "./commands";

const loadUserMenu = () => import("./user-menu");
const UserMenu = lazyComponent(loadUserMenu);

export function Header() {
  const [hasFailed, setHasFailed] = useState(false);
  const isKnown = useKnownUser() !== null;
  const t = useTranslations();
  return (
    <header className="sticky top-0 z-10 border-b border-border bg-background/85 backdrop-blur">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:rounded-lg focus:bg-popover focus:px-3 focus:py-2"
      >
        {t("app.skipToContent")}
      </a>
      <div className="mx-auto flex h-14 max-w-5xl items-center gap-2 px-4">
        <Link href="/" className="mr-auto flex rounded-lg">
          <Wordmark />
        </Link>
        <Commands />
        {isKnown ? <UserMenuButton onFailure={setHasFailed} /> : <span aria-hidden className="m-1 size-7 rounded-full bg-secondary" />}
      </div>
      {hasFailed ? (
        <div className="mx-auto max-w-5xl px-4 pb-2">
          <Alert variant="destructive">{t("signOut.failed")}</Alert>
        </div>
      ) : null}
    </header>
  );
}

function UserMenuButton({ onFailure }: { onFailure: (failed: boolean) => void }) {
  const profile = useProfile();
  const t = useTranslations("menu");
  const name = profile.name || profile.email || t("account");
  return (
    <MenuButton
      label={t("account")}
      aria-label={t("accountOf", { name })}
      variant="ghost"
      size="sm"
      className="-mr-2"
      onIntent={() => void loadUserMenu().catch(() => {})}
      menu={(menu) => <UserMenu {...menu} name={name} email={profile.email} onFailure={onFailure} />}
    >
      <span aria-hidden className="flex size-7 items-center justify-center rounded-full bg-primary-soft text-sm font-semibold text-primary">
        {[...name][0]?.toUpperCase()}
      </span>
      <bdi aria-hidden className="hidden max-w-40 truncate sm:inline">
        {name}
      </bdi>
    </MenuButton>
  );
}
