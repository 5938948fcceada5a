// The keyboard shortcuts of the list. They act on the selected rows, or on the focused one.
"use client";

import { useHotkeys } from "@/components/use-hotkeys";
import type { ShownTask } from "@/sync/replica";
import type { ListItem } from "./sections";
import { undoLast } from "./use-task-commands";
import type { useRowActions } from "./use-row-actions";

type Options = { rows: readonly ListItem<ShownTask>[]; activeId: string | null } & ReturnType<typeof useRowActions>;

export function useListKeyboard({ rows, activeId, selection, focus, actions }: Options): void {
  const tasks = rows.flatMap((row) => ("task" in row ? [row.task] : []));
  const active = tasks.find(({ id }) => id === activeId);
  const targets = selection.ids.length > 0 ? tasks.filter(({ id }) => selection.has(id)) : active ? [active] : [];

  const extend = (by: number) => {
    if (active && !selection.has(active.id)) selection.toggle(active.id);
    const id = focus.move(by);
    if (id !== undefined && id !== active?.id) selection.toggle(id, true);
  };

  useHotkeys({
    j: () => focus.move(1),
    k: () => focus.move(-1),
    "shift+j": () => extend(1),
    "shift+k": () => extend(-1),
    v: () => active && selection.toggle(active.id),
    x: () => targets.length > 0 && actions.completeMany(targets, targets.some(({ completed }) => !completed)),
    e: () => active && actions.edit(active.id),
    "#": () => targets.length > 0 && actions.removeMany(targets),
    Delete: () => targets.length > 0 && actions.removeMany(targets),
    Escape: selection.isActive ? selection.clear : undefined,
    "mod+a": active ? selection.selectAll : undefined,
    "mod+z": undoLast,
  });
}
