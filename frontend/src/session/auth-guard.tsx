// Shows its content to whoever is signed in, and everyone else the way in.
"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/alert";
import { whileAway } from "@/lib/timeout";
import { forgetDrafts } from "@/lib/drafts";
import type { User } from "@/lib/token/claims";
import type { TokenKeeper } from "@/lib/token/token-manager";
import { useAuth, useMaybeUser, UserProvider } from "./session-provider";
import { useMounted } from "./use-mounted";

export function SignedIn({ children }: { children: ReactNode }) {
  return useMounted() ? <Guard>{children}</Guard> : <Waiting />;
}

function Guard({ children }: { children: ReactNode }) {
  const { keeper } = useAuth();
  const router = useRouter();
  const user = useMaybeUser();
  const last = useRef<User>(null);
  const [failed, setFailed] = useState(false);

  const ask = useCallback(() => {
    untilKnown(keeper).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  }, [keeper]);

  useEffect(() => {
    if (user === undefined) ask();
    if (user === null) router.replace("/sign-in");
  }, [user, ask, router]);

  useEffect(() => {
    if (user) forgetDrafts(user.id);
    // what one looked for is not the next one's to read; the way to the sign-in, which this would cut off, replaces it too
    if (user !== null && last.current && last.current.id !== user?.id) window.history.replaceState(null, "", window.location.pathname);
    last.current = user ?? null;
  }, [user]);

  useEffect(() => {
    if (!failed) return;
    const timer = setInterval(ask, whileAway);
    return () => clearInterval(timer);
  }, [failed, ask]);

  if (user) return <UserProvider value={user}>{children}</UserProvider>;
  return failed ? <Away onRetry={ask} /> : <Waiting />;
}

/** Asks again where somebody signed in or out meanwhile, in another tab perhaps. */
async function untilKnown(keeper: TokenKeeper): Promise<void> {
  do await keeper.get();
  while (keeper.user === undefined);
}

function Waiting() {
  return (
    <div className="flex min-h-dvh items-center justify-center" role="status">
      <span className="sr-only">Loading</span>
      <span aria-hidden className="late">
        <span className="block size-6 animate-spin rounded-full border-2 border-line-strong border-t-transparent" />
      </span>
    </div>
  );
}

function Away({ onRetry }: { onRetry: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-4">
      <h1 className="sr-only">Taskbridge</h1>
      <Notice
        kind="danger"
        action={
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        The sign-in can’t be reached. Trying again…
      </Notice>
    </main>
  );
}
