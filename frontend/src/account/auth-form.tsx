// The card that sign-in and sign-up share.
"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, type ReactNode } from "react";
import type { AuthResult, AuthAdapter } from "@/lib/auth-modes/auth-adapter";
import { useAuth } from "@/session/session-provider";
import { useMounted } from "@/session/use-mounted";
import { CredentialsForm, type FieldConfig, type Values } from "./credentials-form";
import { useSetFlashMessage } from "@/components/flash-message";

type Props = {
  title: string;
  submitLabel: string;
  fields: FieldConfig[];
  onSubmit: (source: AuthAdapter, values: Values) => Promise<AuthResult>;
  alternative: { text: string; link: string; href: string };
};

export function AuthForm(props: Props) {
  // until the page runs, a submit would put the password into the address
  return useMounted() ? <Form {...props} /> : <Card title={props.title} />;
}

function Form({ title, submitLabel, fields, onSubmit, alternative }: Props) {
  const { tokenManager, pendingWork } = useAuth();
  const router = useRouter();
  const setFlashMessage = useSetFlashMessage();

  // whoever is signed in has no need of it, and signs out before another signs in
  useEffect(() => {
    tokenManager.get().then((token) => token && router.replace("/"), () => {});
  }, [tokenManager, router]);

  const submitExclusively: Props["onSubmit"] = async (source, values) => {
    // in another tab somebody may be signed in still
    await pendingWork.finish();
    return tokenManager.runExclusive(() => onSubmit(source, values), ({ ok }) => ok);
  };

  const openTasks = () => {
    setFlashMessage(null);
    router.replace("/");
  };

  return (
    <Card title={title}>
      <CredentialsForm label={title} fields={fields} onSubmit={submitExclusively} onSuccess={openTasks} button={{ text: submitLabel, variant: "primary" }} />
      <p className="mt-6 text-center text-muted-foreground">
        {alternative.text}{" "}
        <Link href={alternative.href} className="font-medium text-accent underline-offset-4 hover:underline">
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
