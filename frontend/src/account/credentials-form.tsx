// A form with credential fields that shows errors at the invalid field.
"use client";

import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Alert } from "@/components/ui/alert";
import type { FieldName, AuthResult, AuthAdapter } from "@/lib/auth-modes/auth-adapter";
import { translate } from "@/lib/i18n/translate";
import { useAuth } from "@/session/session-provider";

export type Values = Record<FieldName, string>;
export type FieldConfig = { name: FieldName; label: string; type: string; autoComplete: string; hint?: string };
type Failure = Exclude<AuthResult, { ok: true }>;

type Props = {
  label: string;
  fields: FieldConfig[];
  onSubmit: (adapter: AuthAdapter, values: Values) => Promise<AuthResult>;
  onSuccess: () => void;
  button: { text: string; variant: "default" | "destructive"; className?: string };
  children?: ReactNode;
};

export function CredentialsForm({ label, fields, onSubmit, onSuccess, button, children }: Props) {
  const t = useTranslations("app");
  const { failure, isPending, handleSubmit } = useSubmit(fields, onSubmit, onSuccess);
  const formError = failure && !fields.some(({ name }) => name === failure.field);
  return (
    <form method="post" noValidate aria-label={label} onSubmit={handleSubmit} className="flex flex-col gap-4">
      {formError ? <Alert variant="destructive">{failure.message}</Alert> : null}
      {children}
      {fields.map(({ name, label, hint, ...input }) => (
        <Field key={name} label={label} hint={hint} error={failure?.field === name ? failure.message : undefined}>
          {(control) => <input name={name} dir={name === "name" ? "auto" : undefined} className="form-control" required {...input} {...control} />}
        </Field>
      ))}
      <Button type="submit" variant={button.variant} className={`mt-2 ${button.className ?? ""}`} aria-disabled={isPending}>
        {isPending ? t("pleaseWait") : button.text}
      </Button>
    </form>
  );
}

function useSubmit(fields: FieldConfig[], onSubmit: Props["onSubmit"], onSuccess: () => void) {
  const { loadAdapter } = useAuth();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isPending, setPending] = useState(false);

  async function handleSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const form = event.currentTarget;
    setPending(true);
    const values = readValues(form);
    const result = findMissing(fields, values) ?? (await withConnectionError(async () => onSubmit(await loadAdapter(), values)));
    setPending(false);
    setFailure(result.ok ? null : result);
    if (result.ok) {
      form.reset();
      return onSuccess();
    }
    const invalidField = result.field && form.elements.namedItem(result.field);
    if (invalidField instanceof HTMLElement) invalidField.focus();
  }

  return { failure, isPending, handleSubmit };
}

function findMissing(fields: FieldConfig[], values: Values): Failure | null {
  const missing = fields.find(({ name }) => values[name] === "");
  return missing ? { ok: false, message: translate(`auth.required.${missing.name}`), field: missing.name } : null;
}

async function withConnectionError(run: () => Promise<AuthResult>): Promise<AuthResult> {
  try {
    return await run();
  } catch {
    return { ok: false, message: translate("errors.checkConnection") };
  }
}

function readValues(form: HTMLFormElement): Values {
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
