// Finds out who is signed in, and follows it: nobody is sent to the sign-in page.
"use client";

import type { TokenManager, User } from "@taskbridge/auth-token";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useSetFlashMessage } from "@/components/flash-message";
import { clearDrafts } from "@/lib/drafts";
import { retryIntervalMs } from "@/lib/timeout";
import { forgetUser, rememberUser } from "./remembered-user";
import { useBrowserAuth, useOptionalUser } from "./session-provider";

export function useSessionCheck(): { hasFailed: boolean; retry: () => void } {
  const tokenManager = useBrowserAuth()?.tokenManager;
  const user = useOptionalUser();
  const [hasFailed, setFailed] = useState(false);

  const retry = useCallback(() => {
    if (!tokenManager) return;
    resolveUser(tokenManager).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  }, [tokenManager]);

  useEffect(() => {
    if (user === undefined) retry();
  }, [user, retry]);

  useEffect(() => {
    if (!hasFailed) return;
    const timer = setInterval(retry, retryIntervalMs);
    return () => clearInterval(timer);
  }, [hasFailed, retry]);

  useFollowUser(user);
  return { hasFailed, retry };
}

function useFollowUser(user: User | null | undefined): void {
  const router = useRouter();
  const setFlashMessage = useSetFlashMessage();
  const lastUser = useRef<User>(null);
  const t = useTranslations("auth");

  useEffect(() => {
    if (user) rememberUser(user);
    if (user !== null) return;
    if (forgetUser()) setFlashMessage({ variant: "default", text: t("sessionEnded") });
    router.replace("/sign-in");
  }, [user, router, setFlashMessage, t]);

  useEffect(() => {
    if (user) clearDrafts(user.id);
    // clears the previous user's search from the URL; not after a sign-out (null), as it would cancel the redirect
    if (user !== null && lastUser.current && lastUser.current.id !== user?.id) window.history.replaceState(null, "", window.location.pathname);
    lastUser.current = user ?? null;
  }, [user]);
}

/** Repeats if another tab signed in or out in the meantime. */
async function resolveUser(tokenManager: TokenManager): Promise<void> {
  do await tokenManager.get();
  while (tokenManager.user === undefined);
}
