// What this page knows of the user is forgotten.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { clearDrafts } from "@/lib/drafts";

export function useClearUserData(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => {
    clearDrafts();
    queryClient.clear();
  }, [queryClient]);
}
