// Renders its children for a signed-in user; redirects everyone else to the sign-in page. A user who was signed in before sees the app
// before the session is confirmed, and without a network.
"use client";

import type { TokenManager, User } from "@taskbridge/auth-token";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useSetFlashMessage } from "@/components/flash-message";
import { Button } from "@/components/ui/button";
import { Alert } from "@/components/ui/alert";
import { retryIntervalMs } from "@/lib/timeout";
import { clearDrafts } from "@/lib/drafts";
import { forgetUser, rememberUser } from "./remembered-user";
import { useAuth, useExpectedUser, useOptionalUser, UserProvider } from "./session-provider";
import { useMounted } from "./use-mounted";

export function AuthGuard({ children }: { children: ReactNode }) {
  return useMounted() ? <RequireUser>{children}</RequireUser> : <LoadingScreen />;
}

function RequireUser({ children }: { children: ReactNode }) {
  const { tokenManager } = useAuth();
  const router = useRouter();
  const user = useOptionalUser();
  const expectedUser = useExpectedUser();
  const setFlashMessage = useSetFlashMessage();
  const lastUser = useRef<User>(null);
  const [failed, setFailed] = useState(false);
  const t = useTranslations("auth");

  const fetchUser = useCallback(() => {
    resolveUser(tokenManager).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  }, [tokenManager]);

  useEffect(() => {
    if (user === undefined) fetchUser();
    if (user) rememberUser(user);
    if (user !== null) return;
    if (forgetUser()) setFlashMessage({ variant: "default", text: t("sessionEnded") });
    router.replace("/sign-in");
  }, [user, fetchUser, router, setFlashMessage, t]);

  useEffect(() => {
    if (user) clearDrafts(user.id);
    // clears the previous user's search from the URL; not after a sign-out (null), as it would cancel the redirect
    if (user !== null && lastUser.current && lastUser.current.id !== user?.id) window.history.replaceState(null, "", window.location.pathname);
    lastUser.current = user ?? null;
  }, [user]);

  useEffect(() => {
    if (!failed) return;
    const timer = setInterval(fetchUser, retryIntervalMs);
    return () => clearInterval(timer);
  }, [failed, fetchUser]);

  if (expectedUser) return <UserProvider value={expectedUser}>{children}</UserProvider>;
  return failed ? <AuthUnavailable onRetry={fetchUser} /> : <LoadingScreen />;
}

/** Repeats if another tab signed in or out in the meantime. */
async function resolveUser(tokenManager: TokenManager): Promise<void> {
  do await tokenManager.get();
  while (tokenManager.user === undefined);
}

function LoadingScreen() {
  const t = useTranslations("app");
  return (
    <div className="flex min-h-dvh items-center justify-center" role="status">
      <span className="sr-only">{t("loading")}</span>
      <span aria-hidden className="fade-in-delayed">
        <span className="block size-6 animate-spin rounded-full border-2 border-input border-t-transparent" />
      </span>
    </div>
  );
}

function AuthUnavailable({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations();
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-4">
      <h1 className="sr-only">{t("app.name")}</h1>
      <Alert
        variant="destructive"
        action={
          <Button size="sm" onClick={onRetry}>
            {t("app.tryAgain")}
          </Button>
        }
      >
        {t("errors.unreachableRetrying")}
      </Alert>
    </main>
  );
}
