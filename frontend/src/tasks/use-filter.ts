// The filter in the address, and its change.
"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { addressOf, changed, filterOf, type Filter } from "./filter";

export function useFilter(): [Filter, (change: Partial<Filter>) => void] {
  const params = useSearchParams();
  const filter = useMemo(() => filterOf(new URLSearchParams(params.toString())), [params]);
  const change = useCallback((to: Partial<Filter>) => {
    const present = filterOf(new URLSearchParams(window.location.search));
    window.history.replaceState(null, "", `/${addressOf(changed(present, to))}`);
  }, []);
  return [filter, change];
}
