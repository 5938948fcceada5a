// The form that sign-in and sign-up share: it sends what was typed, and shows what is wrong at its field.
"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, type FormEvent, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import type { Outcome, TokenSource } from "@/lib/auth-modes/token-source";
import { useWay } from "./session";
import { useMounted } from "./use-mounted";

type FieldName = "name" | "email" | "password";
export type Values = Record<FieldName, string>;
type Refusal = Exclude<Outcome, { ok: true }>;

type Props = {
  title: string;
  submit: string;
  fields: { name: FieldName; label: string; type: string; autoComplete: string; hint?: string }[];
  send: (source: TokenSource, values: Values) => Promise<Outcome>;
  other: { text: string; link: string; href: string };
};

export function AccountForm(props: Props) {
  // until the page runs, a submit would put the password into the address
  return useMounted() ? <Form {...props} /> : <Card title={props.title} />;
}

function Form({ title, submit, fields, send, other }: Props) {
  const { refusal, busy, onSubmit } = useSending(send);
  const general = refusal && !fields.some(({ name }) => name === refusal.field);
  return (
    <Card title={title}>
      <form method="post" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        {general ? <Notice kind="danger">{refusal.message}</Notice> : null}
        {fields.map(({ name, label, hint, ...input }) => (
          <Field key={name} label={label} hint={hint} error={refusal?.field === name ? refusal.message : undefined}>
            {(control) => <input name={name} className="field" required {...input} {...control} />}
          </Field>
        ))}
        <Button type="submit" weight="primary" className="mt-2" disabled={busy}>
          {busy ? "One moment…" : submit}
        </Button>
      </form>
      <p className="mt-6 text-center text-ink-soft">
        {other.text}{" "}
        <Link href={other.href} className="font-medium text-accent underline-offset-4 hover:underline">
          {other.link}
        </Link>
      </p>
    </Card>
  );
}

function Card({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="min-h-96 rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">{title}</h1>
      {children}
    </div>
  );
}

function useSending(send: Props["send"]) {
  const { source, keeper } = useWay();
  const router = useRouter();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    const outcome = await attempt(async () => send(await source(), valuesOf(form)));
    if (outcome.ok) {
      keeper.clear();
      router.replace("/");
      return;
    }
    setBusy(false);
    setRefusal(outcome);
    const wrong = outcome.field && form.elements.namedItem(outcome.field);
    if (wrong instanceof HTMLElement) wrong.focus();
  }

  return { refusal, busy, onSubmit };
}

async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch {
    return { ok: false, message: "There is no connection. Nothing is lost: try again in a moment." };
  }
}

function valuesOf(form: HTMLFormElement): Values {
  const data = new FormData(form);
  const value = (name: FieldName) => String(data.get(name) ?? "");
  return { name: value("name").trim(), email: value("email").trim(), password: value("password") };
}
