// Sign out: what is under way is finished, and the session ended. A service that is away keeps nobody signed in here.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useDeletions } from "@/tasks/deletions";
import { useParting } from "./parting";
import { useWay } from "./session";
import { useForget } from "./use-forget";

export function useSignOut(): () => Promise<void> {
  const { source, keeper } = useWay();
  const queries = useQueryClient();
  const deletions = useDeletions();
  const forget = useForget();
  const part = useParting();
  return useCallback(async () => {
    const kept = await deletions.commitAll();
    await queries.cancelQueries();
    const token = await keeper.get().catch(() => null);
    const undone = await keeper.handOver(async () => (await source()).signOut(token));
    forget();
    part(wordOn(kept, undone));
  }, [source, keeper, queries, deletions, forget, part]);
}

function wordOn(kept: number, undone: string | null) {
  if (kept === 0 && !undone) return null;
  const tasks = kept === 1 ? "A task that you deleted is still there." : `${kept} tasks that you deleted are still there.`;
  const parts = ["You are signed out here, but the service could not be told.", undone, kept > 0 ? tasks : null];
  return { kind: "warn" as const, text: parts.filter(Boolean).join(" ") };
}
