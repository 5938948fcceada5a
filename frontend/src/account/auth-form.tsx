// The form of the sign-in and sign-up pages.
"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, type ReactNode } from "react";
import type { AuthResult, AuthAdapter } from "@/lib/auth-modes/auth-adapter";
import { useAuth, useOptionalUser } from "@/session/session-provider";
import { useMounted } from "@/session/use-mounted";
import { CredentialsForm, type FieldConfig, type Values } from "./credentials-form";
import { useSetFlashMessage } from "@/components/flash-message";

type Props = {
  title: string;
  submitLabel: string;
  fields: FieldConfig[];
  onSubmit: (adapter: AuthAdapter, values: Values) => Promise<AuthResult>;
  alternative: { text: string; link: string; href: string };
};

export function AuthForm(props: Props) {
  // before hydration, submitting would put the password into the URL
  return useMounted() ? <Form {...props} /> : <Card title={props.title} />;
}

function Form({ title, submitLabel, fields, onSubmit, alternative }: Props) {
  const { tokenManager, pendingWork } = useAuth();
  const router = useRouter();
  const setFlashMessage = useSetFlashMessage();

  const user = useOptionalUser();

  const openTasks = useCallback(() => {
    setFlashMessage(null);
    router.replace("/");
  }, [router, setFlashMessage]);

  // `user` becomes undefined when another tab signs in: this page then follows to the tasks
  useEffect(() => {
    if (user) openTasks();
    if (user === undefined) tokenManager.get().catch(() => {});
  }, [user, tokenManager, openTasks]);

  const submitExclusively: Props["onSubmit"] = async (adapter, values) => {
    // another tab may still have a signed-in user with pending work
    await pendingWork.flush();
    return tokenManager.runExclusive(() => onSubmit(adapter, values), ({ ok }) => ok);
  };

  return (
    <Card title={title}>
      <CredentialsForm label={title} fields={fields} onSubmit={submitExclusively} onSuccess={openTasks} button={{ text: submitLabel, variant: "default" }} />
      <p className="mt-6 text-center text-muted-foreground">
        {alternative.text}{" "}
        <Link href={alternative.href} className="font-medium text-primary underline-offset-4 hover:underline">
          {alternative.link}
        </Link>
      </p>
    </Card>
  );
}

function Card({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="min-h-96 rounded-2xl border border-border bg-card p-6 shadow-card sm:p-8">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">{title}</h1>
      {children}
    </div>
  );
}
