// Clears the user's drafts and cached data, in memory and in the browser's storage.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { clearDrafts } from "@/lib/drafts";
import { deleteDatabases } from "@/sync/database";

export function useClearUserData(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => {
    clearDrafts();
    queryClient.clear();
    void deleteDatabases().catch(() => {});
  }, [queryClient]);
}
