// Reads and writes the filter in the URL.
"use client";

import { debounce, useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import { distinctTags, filterParsers, type Filter } from "./filter";

const searchDelayMs = 250;

export type ChangeFilter = (change: Partial<Filter>) => void;

/** A change is shown at once; what is typed reaches the URL after a pause. */
export function useFilter(): [Filter, ChangeFilter] {
  const [stored, setFilter] = useQueryStates(filterParsers);
  const filter = useMemo(() => ({ ...stored, tag: distinctTags(stored.tag) }), [stored]);
  const change = useCallback<ChangeFilter>(
    (to) => void setFilter(to, Object.keys(to).join() === "q" && to.q ? { limitUrlUpdates: debounce(searchDelayMs) } : undefined),
    [setFilter],
  );
  return [filter, change];
}
