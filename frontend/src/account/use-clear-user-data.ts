// Clears the user's drafts and cached data, in memory and in the browser's storage.
"use client";

import { useCallback } from "react";
import { clearDrafts } from "@/lib/drafts";
import { clearQueries } from "@/lib/query-client";
import { deleteDatabases } from "@/sync/database";

export function useClearUserData(): () => void {
  return useCallback(() => {
    clearDrafts();
    clearQueries();
    void deleteDatabases().catch(() => {});
  }, []);
}
