// The tasks page. The server renders it as a shell: navigation, composer and a skeleton of the list.
"use client";

import { Suspense, useLayoutEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { showToast } from "@/components/toaster";
import { lazyComponent } from "@/lib/lazy";
import { useKnownUser } from "@/session/session-provider";
import { Composer } from "./composer";
import { defaultFilter, isFiltered, matcher, noFilter, type Filter } from "./filter";
import { SyncAlerts } from "./sync-alerts";
import { TaskList } from "./task-list";
import { TaskListSkeleton } from "./task-list-states";
import { toTask, type Draft } from "./task-draft";
import { useFilter, type ChangeFilter } from "./use-filter";
import type { TaskFilter } from "./use-list-items";
import { useOpenEditors } from "./use-open-editors";
import { viewMatcher, type View } from "./view";
import { ViewNav } from "./view-nav";

const TrashList = lazyComponent(() => import("./trash-list"));

/** Nothing of the page outlives its user. */
export function TasksPage() {
  const userId = useKnownUser()?.id;
  const [owner, setOwner] = useState({ id: userId, changes: 0 });
  if (userId && userId !== owner.id) setOwner({ id: userId, changes: owner.changes + (owner.id ? 1 : 0) });
  const [filter, change] = useFilter();
  // before anything is painted
  useLayoutEffect(() => {
    if (owner.changes > 0) change(defaultFilter);
  }, [owner.changes, change]);
  return <Page key={owner.changes} filter={filter} change={change} />;
}

function Page({ filter, change }: { filter: Filter; change: ChangeFilter }) {
  const t = useTranslations("views");
  const editors = useOpenEditors();
  const isKnown = useKnownUser() !== null;
  const { view } = filter;

  const selectView = (to: View) => {
    change({ ...noFilter, tag: [], view: to });
    window.scrollTo({ top: 0 });
  };
  const onAdded = useHiddenTaskToast(filter, () => selectView("all"));

  return (
    <div className="gap-8 md:grid md:grid-cols-[11rem_minmax(0,1fr)] lg:gap-12">
      <ViewNav view={view} onSelect={selectView} />
      <div className="flex max-w-2xl flex-col gap-4">
        <h1 className="text-2xl font-semibold tracking-tight">{t(`${view}Title`)}</h1>
        {view === "trash" ? null : <Composer view={view} onAdded={onAdded} />}
        <SyncAlerts />
        {view === "trash" ? <Trash isKnown={isKnown} /> : <TaskList key={view} filter={filter as TaskFilter} onChange={change} editors={editors} />}
      </div>
    </div>
  );
}

function Trash({ isKnown }: { isKnown: boolean }) {
  const t = useTranslations("views");
  return (
    <section aria-label={t("trash")} className="overflow-clip rounded-2xl border border-border bg-card shadow-card">
      <Suspense fallback={<TaskListSkeleton />}>{isKnown ? <TrashList /> : <TaskListSkeleton />}</Suspense>
    </section>
  );
}

/** Says so if the list does not show a task that was added, and offers to show it. */
function useHiddenTaskToast(filter: Filter, onShow: () => void) {
  const t = useTranslations("tasks");
  return (draft: Draft) => {
    const { view } = filter;
    const task = toTask(draft);
    const isShown = view !== "trash" && viewMatcher(view, new Date())(task) && (!isFiltered(filter) || matcher(filter)(task));
    if (!isShown) void showToast((toast) => toast(t("hiddenByFilter"), { action: { label: t("showTask"), onClick: onShow } }));
  };
}
