// Where the user is signed in, each with its end.
"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useAnnounce } from "@/components/live-region";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/alert";
import { useFocusKept } from "@/components/use-restore-focus";
import type { Session } from "@/lib/auth-modes/auth-adapter";
import { locale } from "@/lib/locale";
import { failureOf } from "@/lib/problem";
import { useAuth, useUser } from "@/session/session-provider";
import { deviceOf, shortAddress } from "./device";
import { useSignOut } from "./use-sign-out";

export function SessionsPage() {
  const { source } = useAuth();
  const user = useUser();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["sessions", user.id],
    queryFn: async () => (await source()).listSessions(user.id),
  });
  const focus = useFocusKept<HTMLUListElement>("button");
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">Sessions</h1>
      <p className="mt-1 mb-6 text-ink-soft">Where you are signed in. End what you do not know.</p>
      {error ? (
        <Notice
          kind="danger"
          action={
            <Button size="small" onClick={() => void refetch()}>
              Try again
            </Button>
          }
        >
          {failureOf(error).detail}
        </Notice>
      ) : null}
      {isPending && !error ? <p role="status">Loading…</p> : null}
      {data ? (
        <ul {...focus} tabIndex={-1} className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
          {data.toSorted(byAge).map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : null}
    </>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { name, isPhone } = deviceOf(session.userAgent);
  const { end, isPending, error } = useEnd(session);
  const Icon = isPhone ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <Icon aria-hidden className="size-5 text-ink-soft" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {name}
          {session.current ? <span className="rounded-full bg-accent-soft px-2 text-sm text-accent">This one</span> : null}
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
          <span>Since {when(session.createdAt)}</span>
          {session.ipAddress ? <span>{shortAddress(session.ipAddress)}</span> : null}
        </p>
      </div>
      <Button size="small" weight={session.current ? "secondary" : "danger"} aria-disabled={isPending} onClick={() => isPending || end()}>
        {session.current ? "Sign out" : "End"}
        <span className="sr-only">{session.current ? "" : ` the session of ${name}`}</span>
      </Button>
      {error ? <p role="alert" className="w-full text-sm text-danger">{failureOf(error).detail}</p> : null}
    </li>
  );
}

function useEnd(session: Session) {
  const { source } = useAuth();
  const user = useUser();
  const signOut = useSignOut();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (session.current ? signOut() : (await source()).endSession(session.id)),
    onSuccess: async () => {
      if (session.current) return;
      announce("Session ended");
      await queries.invalidateQueries({ queryKey: ["sessions", user.id] });
    },
  });
  return { end: mutate, isPending, error };
}

function byAge(one: Session, other: Session): number {
  return Number(other.current) - Number(one.current) || other.createdAt.localeCompare(one.createdAt);
}

function when(date: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(date));
}
