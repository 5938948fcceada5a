// What this page knows of the user is forgotten.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { forgetDrafts } from "@/lib/drafts";

export function useForget(): () => void {
  const queries = useQueryClient();
  return useCallback(() => {
    forgetDrafts();
    queries.clear();
  }, [queries]);
}
