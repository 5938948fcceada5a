// Everything of the user is forgotten, in every tab.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { forgetDrafts } from "@/lib/drafts";
import { useWay } from "@/session/session";

export function useForget(): () => void {
  const { keeper } = useWay();
  const queries = useQueryClient();
  return useCallback(() => {
    keeper.clear();
    forgetDrafts();
    queries.clear();
  }, [keeper, queries]);
}
