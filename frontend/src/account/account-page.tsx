// The account page: change password, delete account.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { TokenManager } from "@taskbridge/auth-token";
import { useState, type ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import type { AuthAdapter } from "@/lib/auth-modes/auth-adapter";
import { useAuth, useUser } from "@/session/session-provider";
import { forgetUser } from "@/session/remembered-user";
import { CredentialsForm, type Values } from "./credentials-form";
import { useSetFlashMessage } from "@/components/flash-message";
import { useClearUserData } from "./use-clear-user-data";
import { useProfile } from "./use-profile";

export function AccountPage() {
  const { name, email } = useProfile();
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">Account</h1>
      <p dir="auto" className="mt-1 mb-6 wrap-anywhere text-muted-foreground">{[name, email].filter(Boolean).join(" · ")}</p>
      <div className="flex flex-col gap-6">
        <PasswordSection />
        <DeleteAccountSection />
      </div>
    </>
  );
}

function PasswordSection() {
  const user = useUser();
  const queryClient = useQueryClient();
  const { tokenManager } = useAuth();
  const [isChanged, setChanged] = useState(false);

  const handleSubmit = async (adapter: AuthAdapter, { currentPassword, newPassword }: Values) => {
    setChanged(false);
    const result = await adapter.changePassword({ currentPassword, newPassword });
    if (result.ok) await refreshToken(tokenManager);
    return result;
  };

  const handleSuccess = () => {
    setChanged(true);
    void queryClient.invalidateQueries({ queryKey: ["sessions", user.id] });
  };

  return (
    <Section title="Change password" text="This signs you out on all other devices.">
      {isChanged ? <Alert variant="info">Password changed.</Alert> : null}
      <CredentialsForm
        label="Change password"
        fields={[
          { name: "currentPassword", label: "Current password", type: "password", autoComplete: "current-password" },
          { name: "newPassword", label: "New password", type: "password", autoComplete: "new-password", hint: "At least 8 characters." },
        ]}
        onSubmit={handleSubmit}
        onSuccess={handleSuccess}
        button={{ text: "Change password", variant: "primary", className: "sm:self-start" }}
      >
        <UsernameForPasswordManagers />
      </CredentialsForm>
    </Section>
  );
}

/** After a password change, Better Auth replaces the session, which revokes the token. Failure is harmless: the next request retries. */
async function refreshToken(tokenManager: TokenManager): Promise<void> {
  const token = tokenManager.peek();
  if (token) await tokenManager.replace(token).catch(() => null);
}

function DeleteAccountSection() {
  const { tokenManager } = useAuth();
  const clearUserData = useClearUserData();
  const setFlashMessage = useSetFlashMessage();

  const handleSubmit = async (adapter: AuthAdapter, { password }: Values) => {
    const token = await tokenManager.get();
    const deleteAccount = async () => {
      const result = await adapter.deleteAccount(password, token);
      if (result.ok) forgetUser();
      return result;
    };
    return tokenManager.runExclusive(deleteAccount, ({ ok }) => ok);
  };

  const handleSuccess = () => {
    clearUserData();
    setFlashMessage({ variant: "info", text: "Your account and your tasks have been deleted." });
  };

  return (
    <Section title="Delete account" text="Deletes your account and all your tasks. This can't be undone.">
      <CredentialsForm
        label="Delete account"
        fields={[{ name: "password", label: "Password", type: "password", autoComplete: "current-password" }]}
        onSubmit={handleSubmit}
        onSuccess={handleSuccess}
        button={{ text: "Delete account", variant: "danger", className: "sm:self-start" }}
      >
        <UsernameForPasswordManagers />
      </CredentialsForm>
    </Section>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-4 rounded-2xl border border-border bg-card p-5 shadow-card sm:p-6">
      <div>
        <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
        <p className="text-muted-foreground">{text}</p>
      </div>
      {children}
    </section>
  );
}

function UsernameForPasswordManagers() {
  const { email } = useProfile();
  return <input type="text" name="username" autoComplete="username" value={email ?? ""} readOnly hidden />;
}
