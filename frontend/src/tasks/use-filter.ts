// Reads and writes the filter in the URL.
"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { toSearch, updateFilter, parseFilter, type Filter } from "./filter";

export function useFilter(): [Filter, (change: Partial<Filter>) => void] {
  const params = useSearchParams();
  const filter = useMemo(() => parseFilter(new URLSearchParams(params.toString())), [params]);
  const change = useCallback((to: Partial<Filter>) => {
    const current = parseFilter(new URLSearchParams(window.location.search));
    window.history.replaceState(null, "", `/${toSearch(updateFilter(current, to))}`);
  }, []);
  return [filter, change];
}
