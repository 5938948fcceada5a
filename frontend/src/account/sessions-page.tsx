// The sessions page: lists the user's sessions and revokes them.
"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useAnnounce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { Alert } from "@/components/ui/alert";
import { useRestoreFocus } from "@/components/use-restore-focus";
import type { Session } from "@/lib/auth-modes/auth-adapter";
import { preferredLocale } from "@/lib/locale";
import { toFailure } from "@/lib/problem";
import { useAuth, useUser } from "@/session/session-provider";
import { parseUserAgent, formatIpAddress } from "./device";
import { useSignOut } from "./use-sign-out";

export function SessionsPage() {
  const { loadAdapter } = useAuth();
  const user = useUser();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["sessions", user.id],
    queryFn: async () => (await loadAdapter()).listSessions(user.id),
  });
  const restoreFocus = useRestoreFocus<HTMLUListElement>("button");
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">Sessions</h1>
      <p className="mt-1 mb-6 text-muted-foreground">Where you are signed in. End what you do not know.</p>
      {error ? (
        <Alert
          variant="error"
          action={
            <Button size="sm" onClick={() => void refetch()}>
              Try again
            </Button>
          }
        >
          {toFailure(error).detail}
        </Alert>
      ) : null}
      {isPending && !error ? <p role="status">Loading…</p> : null}
      {data ? (
        <ul {...restoreFocus} tabIndex={-1} className="divide-y divide-border rounded-2xl border border-border bg-card shadow-card">
          {data.toSorted(currentFirst).map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : null}
    </>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { name, isPhone } = parseUserAgent(session.userAgent);
  const { revoke, isPending, error } = useRevokeSession(session);
  const Icon = isPhone ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <Icon aria-hidden className="size-5 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {name}
          {session.isCurrent ? <span className="rounded-full bg-accent-soft px-2 text-sm text-accent">This one</span> : null}
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted-foreground">
          <span>Since {formatDate(session.createdAt)}</span>
          {session.ipAddress ? <span>{formatIpAddress(session.ipAddress)}</span> : null}
        </p>
      </div>
      <Button size="sm" variant={session.isCurrent ? "secondary" : "ghost-danger"} aria-disabled={isPending} onClick={() => isPending || revoke()}>
        {session.isCurrent ? "Sign out" : "End"}
        <span className="sr-only">{session.isCurrent ? "" : ` the session of ${name}`}</span>
      </Button>
      {error ? <p role="alert" className="w-full text-sm text-danger">{toFailure(error).detail}</p> : null}
    </li>
  );
}

function useRevokeSession(session: Session) {
  const { loadAdapter } = useAuth();
  const user = useUser();
  const signOut = useSignOut();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (session.isCurrent ? signOut() : (await loadAdapter()).revokeSession(session.id)),
    onSuccess: async () => {
      if (session.isCurrent) return;
      announce("Session ended");
      await queryClient.invalidateQueries({ queryKey: ["sessions", user.id] });
    },
  });
  return { revoke: mutate, isPending, error };
}

function currentFirst(one: Session, other: Session): number {
  return Number(other.isCurrent) - Number(one.isCurrent) || other.createdAt.localeCompare(one.createdAt);
}

function formatDate(date: string): string {
  return new Intl.DateTimeFormat(preferredLocale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(date));
}
