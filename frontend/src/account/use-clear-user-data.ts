// Clears the user's drafts and cached data.
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
