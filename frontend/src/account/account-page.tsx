// The account page: change password, delete account.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { TokenManager } from "@taskbridge/auth-token";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
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
  const t = useTranslations("account");
  return (
    <div className="mx-auto max-w-2xl">
      <h1 className="text-2xl font-semibold tracking-tight">{t("title")}</h1>
      <p dir="auto" className="mt-1 mb-6 wrap-anywhere text-muted-foreground">{[name, email].filter(Boolean).join(" · ")}</p>
      <div className="flex flex-col gap-6">
        <PasswordSection />
        <DeleteAccountSection />
      </div>
    </div>
  );
}

function PasswordSection() {
  const user = useUser();
  const queryClient = useQueryClient();
  const { tokenManager } = useAuth();
  const [isChanged, setChanged] = useState(false);
  const t = useTranslations();

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
    <Section title={t("account.changePassword")} text={t("account.changePasswordText")}>
      {isChanged ? <Alert variant="default">{t("account.passwordChanged")}</Alert> : null}
      <CredentialsForm
        label={t("account.changePassword")}
        fields={[
          { name: "currentPassword", label: t("auth.currentPassword"), type: "password", autoComplete: "current-password" },
          { name: "newPassword", label: t("auth.newPassword"), type: "password", autoComplete: "new-password", hint: t("auth.passwordHint") },
        ]}
        onSubmit={handleSubmit}
        onSuccess={handleSuccess}
        button={{ text: t("account.changePassword"), variant: "default", className: "sm:self-start" }}
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
  const t = useTranslations();

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
    setFlashMessage({ variant: "default", text: t("account.deleted") });
  };

  return (
    <Section title={t("account.delete")} text={t("account.deleteText")}>
      <CredentialsForm
        label={t("account.delete")}
        fields={[{ name: "password", label: t("auth.password"), type: "password", autoComplete: "current-password" }]}
        onSubmit={handleSubmit}
        onSuccess={handleSuccess}
        button={{ text: t("account.delete"), variant: "destructive", className: "sm:self-start" }}
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
