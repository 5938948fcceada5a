// The sessions page: lists the user's sessions and revokes them.
"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import { useAnnounce } from "@/components/live-region";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { useRestoreFocus } from "@/components/use-restore-focus";
import type { Session } from "@/lib/auth-modes/auth-adapter";
import { toFailure } from "@/lib/problem";
import { useAuth, useUser } from "@/session/session-provider";
import { formatIpAddress, parseUserAgent } from "./device";
import { useSignOut } from "./use-sign-out";

export function SessionsPage() {
  const { loadAdapter } = useAuth();
  const user = useUser();
  const t = useTranslations();
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["sessions", user.id],
    queryFn: async () => (await loadAdapter()).listSessions(user.id),
  });
  const restoreFocus = useRestoreFocus<HTMLDivElement>("button");
  return (
    <div {...restoreFocus} tabIndex={-1} className="mx-auto max-w-2xl outline-hidden">
      <h1 className="text-2xl font-semibold tracking-tight">{t("sessions.title")}</h1>
      <p className="mt-1 mb-6 text-muted-foreground">{t("sessions.text")}</p>
      {error ? (
        <Alert
          variant="destructive"
          action={
            <Button size="sm" onClick={() => void refetch()}>
              {t("app.tryAgain")}
            </Button>
          }
        >
          {toFailure(error).detail}
        </Alert>
      ) : null}
      {isPending && !error ? <p role="status">{t("app.loadingMore")}</p> : null}
      {data ? (
        <ul className="divide-y divide-border rounded-2xl border border-border bg-card shadow-card">
          {data.toSorted(currentFirst).map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      ) : null}
      {data?.some(({ isCurrent }) => !isCurrent) ? <SignOutOthers /> : null}
    </div>
  );
}

function SessionRow({ session }: { session: Session }) {
  const t = useTranslations("sessions");
  const locale = useLocale();
  const { browser, system, isPhone } = parseUserAgent(session.userAgent);
  const name = browser && system ? t("browserOnSystem", { browser, system }) : (browser ?? system ?? t("unknownDevice"));
  const { revoke, isPending, error } = useRevokeSession(session);
  const Icon = isPhone ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <Icon aria-hidden className="size-5 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {name}
          {session.isCurrent ? (
            <span className="rounded-full border border-transparent bg-primary-soft px-2 text-sm text-primary">{t("thisDevice")}</span>
          ) : null}
        </p>
        <p className="flex flex-wrap gap-x-3 text-sm text-muted-foreground">
          <span>{t("signedIn", { date: formatDate(session.createdAt, locale) })}</span>
          {session.ipAddress ? <span>{formatIpAddress(session.ipAddress)}</span> : null}
        </p>
      </div>
      <Button
        size="sm"
        variant={session.isCurrent ? "outline" : "ghost-destructive"}
        aria-label={session.isCurrent ? t("signOutThis") : t("signOutOther", { device: name })}
        aria-disabled={isPending}
        onClick={() => isPending || revoke()}
      >
        {t("signOut")}
      </Button>
      {error ? <SessionError error={error} /> : null}
    </li>
  );
}

function SignOutOthers() {
  const t = useTranslations("sessions");
  const { revoke, isPending, error } = useRevokeOtherSessions();
  return (
    <div className="mt-4 flex flex-wrap items-center gap-4">
      <Button aria-disabled={isPending} onClick={() => isPending || revoke()}>
        {t("signOutOthers")}
      </Button>
      {error ? <SessionError error={error} /> : null}
    </div>
  );
}

function SessionError({ error }: { error: unknown }) {
  return (
    <p role="alert" className="w-full text-sm text-destructive">
      {toFailure(error).detail}
    </p>
  );
}

function useRevokeSession(session: Session) {
  const { loadAdapter } = useAuth();
  const signOut = useSignOut();
  const refetchSessions = useRefetchSessions();
  const announce = useAnnounce();
  const t = useTranslations("sessions");
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (session.isCurrent ? signOut() : (await loadAdapter()).revokeSession(session.id)),
    onSuccess: async () => {
      if (session.isCurrent) return;
      announce(t("deviceSignedOut"));
      await refetchSessions();
    },
  });
  return { revoke: mutate, isPending, error };
}

function useRevokeOtherSessions() {
  const { loadAdapter } = useAuth();
  const refetchSessions = useRefetchSessions();
  const announce = useAnnounce();
  const t = useTranslations("sessions");
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => (await loadAdapter()).revokeOtherSessions(),
    onSuccess: () => announce(t("othersSignedOut")),
    // also after an error: some sessions may have been revoked
    onSettled: refetchSessions,
  });
  return { revoke: mutate, isPending, error };
}

function useRefetchSessions(): () => Promise<void> {
  const queryClient = useQueryClient();
  const user = useUser();
  return () => queryClient.invalidateQueries({ queryKey: ["sessions", user.id] });
}

function currentFirst(one: Session, other: Session): number {
  return Number(other.isCurrent) - Number(one.isCurrent) || other.createdAt.localeCompare(one.createdAt);
}

function formatDate(date: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(date));
}
