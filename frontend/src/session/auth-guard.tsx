// Renders its children for a signed-in user; sends everyone else to the sign-in page. A user who was signed in before sees the app before
// the session is confirmed, and without a network; the server renders its shell.
"use client";

import type { User } from "@taskbridge/auth-token";
import { useDeferredValue, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { useExpectedUser, UserProvider } from "./session-provider";
import { useMounted } from "./use-mounted";
import { useSessionCheck } from "./use-session-check";

type Props = {
  /** Whether this browser was signed in, as far as the server knows. */
  isExpected: boolean;
  children: ReactNode;
};

export function AuthGuard({ isExpected, children }: Props) {
  const isMounted = useMounted();
  const user = useExpectedUser() ?? null;
  const shown = useShownUser(user);
  const { hasFailed, retry } = useSessionCheck();
  if (user || (!isMounted && isExpected)) return <UserProvider value={shown}>{children}</UserProvider>;
  return hasFailed ? <AuthUnavailable onRetry={retry} /> : <LoadingScreen />;
}

/** The shell is filled in the background: in a synchronous render of the whole page, input would wait. Another user is shown at once. */
function useShownUser(user: User | null): User | null {
  const deferred = useDeferredValue(user);
  return deferred === null || deferred.id === user?.id ? deferred : user;
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
