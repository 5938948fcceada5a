// The command palette: views, tasks, actions.
"use client";

import { Keyboard, Languages, LogOut, Monitor, MonitorSmartphone, Moon, Plus, Search, SquareCheckBig, Sun, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useSignOut } from "@/account/use-sign-out";
import { Command, CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { currentLanguageSetting, languageNames, languages, setLanguage } from "@/lib/i18n/locale";
import { applyTheme, themes } from "@/lib/theme";
import { useTasks } from "@/sync/hooks";
import type { ShownTask } from "@/sync/replica";
import { composerId } from "@/tasks/composer";
import { filterUrl, matcher, noFilter } from "@/tasks/filter";
import { searchFieldId } from "@/tasks/toolbar";
import { views } from "@/tasks/view";
import { viewIcons } from "@/tasks/view-nav";

type Props = { onClose: () => void; onShortcuts: () => void; onFocusField: (id: string) => void };

const themeIcons = { system: Monitor, light: Sun, dark: Moon };

export default function CommandPalette({ onClose, onShortcuts, onFocusField }: Props) {
  const t = useTranslations();
  const router = useRouter();
  const signOut = useSignOut();
  const [typed, setTyped] = useState("");
  const found = useMatchingTasks(typed);

  const run = (action: () => void) => () => {
    onClose();
    // after the dialog has given the focus back
    setTimeout(action);
  };
  const open = (address: string) => run(() => router.push(address));

  return (
    <Dialog isOpen onOpenChange={onClose} title={t("commands.title")} hideHeader>
      <Command label={t("commands.title")} loop>
        <CommandInput value={typed} onValueChange={setTyped} placeholder={t("commands.placeholder")} />
        <CommandList label={t("commands.title")}>
          {found.length === 0 ? <CommandEmpty>{t("commands.nothing")}</CommandEmpty> : null}
          <CommandGroup heading={t("commands.actions")}>
            <CommandItem onSelect={run(() => onFocusField(composerId))}>
              <Plus aria-hidden />
              <span className="flex-1">{t("commands.addTask")}</span>
              <Kbd>q</Kbd>
            </CommandItem>
            <CommandItem onSelect={run(() => onFocusField(searchFieldId))}>
              <Search aria-hidden />
              <span className="flex-1">{t("filter.search")}</span>
              <Kbd>/</Kbd>
            </CommandItem>
          </CommandGroup>
          <CommandGroup heading={t("commands.goTo")}>
            {views.map((view) => {
              const Icon = viewIcons[view];
              return (
                <CommandItem key={view} onSelect={open(filterUrl({ view }))}>
                  <Icon aria-hidden />
                  {t(`views.${view}Title`)}
                </CommandItem>
              );
            })}
            <CommandItem onSelect={open("/account")}>
              <UserRound aria-hidden />
              {t("menu.account")}
            </CommandItem>
            <CommandItem onSelect={open("/sessions")}>
              <MonitorSmartphone aria-hidden />
              {t("menu.sessions")}
            </CommandItem>
          </CommandGroup>
          <MatchingTasks tasks={found} onOpen={(address) => open(address)()} />
          <CommandGroup heading={t("commands.settings")}>
            {themes.map((theme) => {
              const Icon = themeIcons[theme];
              return (
                <CommandItem key={theme} onSelect={run(() => applyTheme(theme))}>
                  <Icon aria-hidden />
                  {`${t("menu.theme")}: ${t(`menu.themes.${theme}`)}`}
                </CommandItem>
              );
            })}
            {languages
              .filter((language) => language !== currentLanguageSetting())
              .map((language) => (
                <CommandItem key={language} onSelect={run(() => changeLanguage(language))}>
                  <Languages aria-hidden />
                  {`${t("menu.language")}: ${languageNames[language]}`}
                </CommandItem>
              ))}
            <CommandItem onSelect={run(onShortcuts)}>
              <Keyboard aria-hidden />
              <span className="flex-1">{t("menu.keyboard")}</span>
              <Kbd>?</Kbd>
            </CommandItem>
            <CommandItem onSelect={run(() => void signOut())}>
              <LogOut aria-hidden />
              {t("menu.signOut")}
            </CommandItem>
          </CommandGroup>
        </CommandList>
      </Command>
    </Dialog>
  );
}

function changeLanguage(language: (typeof languages)[number]): void {
  setLanguage(language);
  window.location.reload();
}

const maxTasks = 8;

/** Tasks that contain what is typed: found here, not by cmdk, which would have to render all of them. */
function useMatchingTasks(typed: string): readonly ShownTask[] {
  const { tasks } = useTasks();
  return typed.trim().length < 2 ? [] : tasks.filter(matcher({ ...noFilter, tag: [], q: typed })).slice(0, maxTasks);
}

function MatchingTasks({ tasks, onOpen }: { tasks: readonly ShownTask[]; onOpen: (address: string) => void }) {
  const t = useTranslations("tasks");
  if (tasks.length === 0) return null;
  return (
    <CommandGroup heading={t("title")} forceMount>
      {tasks.map((task) => (
        <CommandItem key={task.id} value={task.id} forceMount onSelect={() => onOpen(filterUrl({ view: task.completed ? "done" : "all", q: task.title }))}>
          <SquareCheckBig aria-hidden />
          <bdi className="truncate">{task.title}</bdi>
        </CommandItem>
      ))}
    </CommandGroup>
  );
}
