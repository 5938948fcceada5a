// Selected rows.
"use client";

import { useCallback, useMemo, useState } from "react";

type State = { ids: ReadonlySet<string>; anchor: string | null; isActive: boolean };

const nothing: State = { ids: new Set(), anchor: null, isActive: false };

export type Selection = ReturnType<typeof useSelection>;

/** `rowIds` are the rows in order. Rows that are gone are not selected. */
export function useSelection(rowIds: readonly string[]) {
  const [state, setState] = useState(nothing);

  const toggle = useCallback(
    (id: string, isRange = false) =>
      setState(({ ids, anchor }) => {
        const next = new Set(ids);
        if (isRange && anchor !== null) rangeOf(rowIds, anchor, id).forEach((other) => next.add(other));
        else if (!next.delete(id)) next.add(id);
        return { ids: next, anchor: id, isActive: true };
      }),
    [rowIds],
  );

  const selectAll = useCallback(() => setState({ ids: new Set(rowIds), anchor: rowIds.at(-1) ?? null, isActive: true }), [rowIds]);
  /** Shows the check boxes. */
  const start = useCallback(() => setState({ ...nothing, isActive: true }), []);
  const clear = useCallback(() => setState(nothing), []);

  const ids = useMemo(() => rowIds.filter((id) => state.ids.has(id)), [rowIds, state.ids]);
  return { ids, has: (id: string) => state.ids.has(id), isActive: state.isActive, toggle, selectAll, start, clear };
}

function rangeOf(rowIds: readonly string[], one: string, other: string): readonly string[] {
  const [start = 0, end = 0] = [rowIds.indexOf(one), rowIds.indexOf(other)].sort((left, right) => left - right);
  return start < 0 ? [other] : rowIds.slice(start, end + 1);
}
