// Keyboard focus in a grid: one of its controls is in the tab order, arrow keys move between rows and within a row.
"use client";

import { useCallback, useLayoutEffect, useRef, type FocusEvent, type KeyboardEvent, type RefObject } from "react";

/** Controls have `data-control` and `tabIndex={-1}`; the main control of a row has `data-title`; rows have `data-row`, their id. */
const controlSelector = "[data-control]";
const titleSelector = "[data-title]";

type Options = {
  grid: RefObject<HTMLElement | null>;
  /** Ids of the rows in order, including those that are not rendered. */
  rowIds: readonly string[];
  activeId: string | null;
  onActivate: (id: string) => void;
};

export function useRovingFocus({ grid, rowIds, activeId, onActivate }: Options) {
  const pendingFocusId = useRef<string | null>(null);
  const column = useRef<number | null>(null);

  useLayoutEffect(() => {
    const row = activeId === null ? null : findRow(grid.current, activeId);
    const stop = (column.current === null ? null : controlsOf(row)[column.current]) ?? row?.querySelector<HTMLElement>(titleSelector);
    grid.current?.querySelectorAll<HTMLElement>(`${controlSelector}[tabindex="0"]`).forEach((control) => (control.tabIndex = -1));
    (stop ?? grid.current?.querySelector<HTMLElement>(titleSelector))?.setAttribute("tabindex", "0");
    if (pendingFocusId.current === null) return;
    const target = findRow(grid.current, pendingFocusId.current)?.querySelector<HTMLElement>(titleSelector);
    if (!target) return;
    pendingFocusId.current = null;
    target.focus();
  });

  /** Focuses a row, as soon as it is rendered. */
  const focusRow = useCallback(
    (id: string) => {
      column.current = null;
      pendingFocusId.current = id;
      onActivate(id);
    },
    [onActivate],
  );

  const move = (by: number) => {
    const from = activeId === null ? -1 : rowIds.indexOf(activeId);
    const isInside = grid.current?.contains(document.activeElement) ?? false;
    // the first key press goes to the active row, or to the first one
    const to = from < 0 ? 0 : isInside ? from + by : from;
    const id = rowIds[Math.max(0, Math.min(rowIds.length - 1, to))];
    if (id !== undefined) focusRow(id);
    return id;
  };

  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const row = target.closest<HTMLElement>("[data-row]");
    if (!row?.dataset.row) return;
    const index = controlsOf(row).indexOf(target);
    column.current = target.matches(titleSelector) || index < 0 ? null : index;
    onActivate(row.dataset.row);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target as HTMLElement).matches(controlSelector)) return;
    const key = event.key;
    if (key === "ArrowDown" || key === "ArrowUp") move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Home" || key === "End") move(key === "Home" ? -rowIds.length : rowIds.length);
    else if (key === "ArrowRight" || key === "ArrowLeft") moveWithin(event.target as HTMLElement, key === "ArrowRight" ? 1 : -1);
    else return;
    event.preventDefault();
  };

  return { move, focusRow, onFocus, onKeyDown };
}

function findRow(grid: HTMLElement | null, id: string): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) ?? null;
}

function controlsOf(row: HTMLElement | null): HTMLElement[] {
  return [...(row?.querySelectorAll<HTMLElement>(controlSelector) ?? [])];
}

function moveWithin(control: HTMLElement, by: number): void {
  const controls = controlsOf(control.closest<HTMLElement>("[data-row]"));
  const isRightToLeft = getComputedStyle(control.closest("[role=grid]") ?? control).direction === "rtl";
  controls[controls.indexOf(control) + (isRightToLeft ? -by : by)]?.focus();
}
