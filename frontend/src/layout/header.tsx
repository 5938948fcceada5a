// The app header with the user menu.
"use client";

import { LogOut, MonitorSmartphone, UserRound } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useProfile } from "@/account/use-profile";
import { useSignOut } from "@/account/use-sign-out";
import { buttonVariants } from "@/components/ui/button";
import { Menu, MenuRadioGroup, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { Alert } from "@/components/ui/alert";
import { Wordmark } from "@/components/wordmark";
import { applyTheme, currentTheme, type Theme } from "@/lib/theme";

const themeOptions = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

export function Header() {
  const [hasFailed, setHasFailed] = useState(false);
  return (
    <header className="sticky top-0 z-10 border-b border-border bg-background/85 backdrop-blur">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-4 focus:rounded-lg focus:bg-popover focus:px-3 focus:py-2"
      >
        Skip to content
      </a>
      <div className="mx-auto flex h-14 max-w-2xl items-center justify-between px-4">
        <Link href="/" className="flex rounded-lg">
          <Wordmark />
        </Link>
        <UserMenu onFailure={setHasFailed} />
      </div>
      {hasFailed ? (
        <div className="mx-auto max-w-2xl px-4 pb-2">
          <Alert variant="error">{"Sign-out failed. You're still signed in. Try again in a moment."}</Alert>
        </div>
      ) : null}
    </header>
  );
}

function UserMenu({ onFailure }: { onFailure: (failed: boolean) => void }) {
  const profile = useProfile();
  const router = useRouter();
  const signOut = useSignOut();
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const name = profile.name || profile.email || "Account";

  const handleThemeChange = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };

  const handleSignOut = () => {
    onFailure(false);
    signOut().catch(() => onFailure(true));
  };

  return (
    <Menu label="Account" trigger={<UserMenuButton name={name} />}>
      <div className="px-2 py-1.5">
        <p dir="auto" className="max-w-56 truncate font-medium">{name}</p>
        {profile.email ? <p className="max-w-56 truncate text-sm text-muted-foreground">{profile.email}</p> : null}
      </div>
      <MenuSeparator />
      <MenuRadioGroup label="Theme" value={theme} options={themeOptions} onChange={handleThemeChange} />
      <MenuSeparator />
      <MenuItem onSelect={() => router.push("/account")}>
        <UserRound aria-hidden className="size-4" />
        Account
      </MenuItem>
      <MenuItem onSelect={() => router.push("/sessions")}>
        <MonitorSmartphone aria-hidden className="size-4" />
        Sessions
      </MenuItem>
      <MenuItem onSelect={handleSignOut}>
        <LogOut aria-hidden className="size-4" />
        Sign out
      </MenuItem>
    </Menu>
  );
}

function UserMenuButton({ name, ...rest }: { name: string }) {
  return (
    <button type="button" aria-label={`Account: ${name}`} className={`${buttonVariants({ variant: "ghost", size: "sm" })} -mr-2`} {...rest}>
      <span aria-hidden className="flex size-7 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent">
        {[...name][0]?.toUpperCase()}
      </span>
      <bdi aria-hidden className="hidden max-w-40 truncate sm:inline">
        {name}
      </bdi>
    </button>
  );
}
