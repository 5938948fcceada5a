// A form for names and passwords: it sends what was typed, and shows what is wrong at its field.
"use client";

import { useState, type FormEvent, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/alert";
import type { FieldName, Outcome, TokenSource } from "@/lib/auth-modes/auth-adapter";
import { useAuth } from "@/session/session-provider";

export type Values = Record<FieldName, string>;
export type FieldSpec = { name: FieldName; label: string; type: string; autoComplete: string; hint?: string };
type Refusal = Exclude<Outcome, { ok: true }>;

type Props = {
  label: string;
  fields: FieldSpec[];
  send: (source: TokenSource, values: Values) => Promise<Outcome>;
  onDone: () => void;
  button: { text: string; weight: "primary" | "destructive"; className?: string };
  children?: ReactNode;
};

export function CredentialsForm({ label, fields, send, onDone, button, children }: Props) {
  const { refusal, busy, onSubmit } = useSending(send, onDone);
  const general = refusal && !fields.some(({ name }) => name === refusal.field);
  return (
    <form method="post" noValidate aria-label={label} onSubmit={onSubmit} className="flex flex-col gap-4">
      {general ? <Notice kind="danger">{refusal.message}</Notice> : null}
      {children}
      {fields.map(({ name, label, hint, ...input }) => (
        <Field key={name} label={label} hint={hint} error={refusal?.field === name ? refusal.message : undefined}>
          {(control) => <input name={name} className="field" required {...input} {...control} />}
        </Field>
      ))}
      <Button type="submit" weight={button.weight} className={`mt-2 ${button.className ?? ""}`} aria-disabled={busy}>
        {busy ? "One moment…" : button.text}
      </Button>
    </form>
  );
}

function useSending(send: Props["send"], onDone: () => void) {
  const { source } = useAuth();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setBusy(true);
    const outcome = await attempt(async () => send(await source(), valuesOf(form)));
    setBusy(false);
    setRefusal(outcome.ok ? null : outcome);
    if (outcome.ok) {
      form.reset();
      return onDone();
    }
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
  return {
    name: value("name").trim(),
    email: value("email").trim(),
    password: value("password"),
    currentPassword: value("currentPassword"),
    newPassword: value("newPassword"),
  };
}
