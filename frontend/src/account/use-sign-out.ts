// Flushes pending work and signs out. If the service is unreachable, this browser is signed out anyway.
"use client";

import { useCallback } from "react";
import { translate } from "@/lib/i18n/translate";
import { cancelQueries } from "@/lib/query-client";
import { useAuth } from "@/session/session-provider";
import { forgetUser } from "@/session/remembered-user";
import { useSetFlashMessage } from "@/components/flash-message";
import { useClearUserData } from "./use-clear-user-data";

export function useSignOut(): () => Promise<void> {
  const { loadAdapter, tokenManager, pendingWork } = useAuth();
  const clearUserData = useClearUserData();
  const setFlashMessage = useSetFlashMessage();
  return useCallback(async () => {
    const warnings = await pendingWork.flush();
    await cancelQueries();
    const token = await tokenManager.get().catch(() => null);
    const sessionWarning = await tokenManager.runExclusive(async () => {
      const warning = await (await loadAdapter()).signOut(token);
      forgetUser();
      return warning;
    });
    clearUserData();
    setFlashMessage(signOutMessage(sessionWarning, warnings));
  }, [loadAdapter, tokenManager, pendingWork, clearUserData, setFlashMessage]);
}

/** `sessionWarning` says what could not be revoked, `warnings` which changes were not saved. */
function signOutMessage(sessionWarning: string | null, warnings: string[]) {
  if (!sessionWarning && warnings.length === 0) return null;
  const status = sessionWarning ? `${translate("signOut.unreachable")} ${sessionWarning}` : translate("signOut.done");
  return { variant: "warning" as const, text: [status, ...warnings].join(" ") };
}
