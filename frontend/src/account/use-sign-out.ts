// Sign out: what is under way is finished, the session ended, and everything of the user forgotten in every tab.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useDeletions } from "@/tasks/deletions";
import { forgetDrafts } from "@/tasks/draft-store";
import { useWay } from "./session";

export function useSignOut(): () => Promise<void> {
  const { source, keeper } = useWay();
  const queries = useQueryClient();
  const deletions = useDeletions();
  return useCallback(async () => {
    await deletions.commitAll();
    await queries.cancelQueries();
    await (await source()).signOut(await keeper.get());
    keeper.clear();
    forgetDrafts();
    queries.clear();
  }, [source, keeper, queries, deletions]);
}
