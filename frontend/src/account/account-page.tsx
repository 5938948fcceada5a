// One's account: another password, and farewell.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Notice } from "@/components/ui/alert";
import type { TokenSource } from "@/lib/auth-modes/auth-adapter";
import type { TokenKeeper } from "@/lib/token/token-manager";
import { useAuth, useUser } from "@/session/session-provider";
import { CredentialsForm, type Values } from "./credentials-form";
import { useParting } from "../components/flash-message";
import { useForget } from "./use-clear-user-data";
import { useProfile } from "./use-profile";

export function AccountPage() {
  const { name, email } = useProfile();
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">Account</h1>
      <p className="mt-1 mb-6 wrap-anywhere text-ink-soft">{[name, email].filter(Boolean).join(" · ")}</p>
      <div className="flex flex-col gap-6">
        <PasswordSection />
        <ClosingSection />
      </div>
    </>
  );
}

function PasswordSection() {
  const user = useUser();
  const queries = useQueryClient();
  const { keeper } = useAuth();
  const [isChanged, setChanged] = useState(false);

  const change = async (source: TokenSource, { currentPassword, newPassword }: Values) => {
    setChanged(false);
    const outcome = await source.changePassword({ currentPassword, newPassword });
    if (outcome.ok) await renewed(keeper);
    return outcome;
  };

  const done = () => {
    setChanged(true);
    void queries.invalidateQueries({ queryKey: ["sessions", user.id] });
  };

  return (
    <Section title="Change password" text="It signs you out everywhere else.">
      {isChanged ? <Notice kind="info">The password is changed.</Notice> : null}
      <CredentialsForm
        label="Change password"
        fields={[
          { name: "currentPassword", label: "Current password", type: "password", autoComplete: "current-password" },
          { name: "newPassword", label: "New password", type: "password", autoComplete: "new-password", hint: "At least 8 characters." },
        ]}
        send={change}
        onDone={done}
        button={{ text: "Change password", weight: "primary", className: "sm:self-start" }}
      >
        <UserForPasswordManagers />
      </CredentialsForm>
    </Section>
  );
}

/** Better Auth opens another session, and the token ended with the one before. If none is to be had now, one is later. */
async function renewed(keeper: TokenKeeper): Promise<void> {
  const token = keeper.peek();
  if (token) await keeper.replace(token).catch(() => null);
}

function ClosingSection() {
  const { keeper } = useAuth();
  const forget = useForget();
  const part = useParting();

  const close = async (source: TokenSource, { password }: Values) => {
    const token = await keeper.get();
    return keeper.handOver(() => source.closeAccount(password, token), ({ ok }) => ok);
  };

  const leave = () => {
    forget();
    part({ kind: "info", text: "Your account is closed, and your tasks are deleted." });
  };

  return (
    <Section title="Close account" text="You and all of your tasks are deleted at once. There is no way back.">
      <CredentialsForm
        label="Close account"
        fields={[{ name: "password", label: "Password", type: "password", autoComplete: "current-password" }]}
        send={close}
        onDone={leave}
        button={{ text: "Close account", weight: "destructive", className: "sm:self-start" }}
      >
        <UserForPasswordManagers />
      </CredentialsForm>
    </Section>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6">
      <div>
        <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
        <p className="text-ink-soft">{text}</p>
      </div>
      {children}
    </section>
  );
}

function UserForPasswordManagers() {
  const { email } = useProfile();
  return <input type="text" name="username" autoComplete="username" value={email ?? ""} readOnly hidden />;
}
