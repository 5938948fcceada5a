// Sign out: what is under way is finished, and the session ended. A service that is away keeps nobody signed in here.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useAuth } from "@/session/session-provider";
import { useParting } from "../components/flash-message";
import { useForget } from "./use-clear-user-data";

export function useSignOut(): () => Promise<void> {
  const { source, keeper, unfinished } = useAuth();
  const queries = useQueryClient();
  const forget = useForget();
  const part = useParting();
  return useCallback(async () => {
    const undone = await unfinished.finish();
    await queries.cancelQueries();
    const token = await keeper.get().catch(() => null);
    const alive = await keeper.handOver(async () => (await source()).signOut(token));
    forget();
    part(wordOn(alive, undone));
  }, [source, keeper, queries, unfinished, forget, part]);
}

/** `alive` is what of the session could not be ended, `undone` what of the tasks could not be done before. */
function wordOn(alive: string | null, undone: string[]) {
  if (!alive && undone.length === 0) return null;
  const out = alive ? `You are signed out here, but the service could not be told. ${alive}` : "You are signed out.";
  return { kind: "warn" as const, text: [out, ...undone].join(" ") };
}
