// A form control with its label, hint and error message, associated by id.
"use client";

import { useId, type ReactNode } from "react";

export type ControlProps = { id: string; "aria-invalid"?: true; "aria-describedby"?: string };

type Props = {
  label: string;
  hideLabel?: boolean;
  error?: string;
  hint?: string;
  children: (control: ControlProps) => ReactNode;
};

export function Field({ label, hideLabel, error, hint, children }: Props) {
  const id = useId();
  const descriptionId = error || hint ? `${id}-note` : undefined;
  const control: ControlProps = { id, "aria-invalid": error ? true : undefined, "aria-describedby": descriptionId };
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-sm font-medium"}>
        {label}
      </label>
      {children(control)}
      {error ? <FieldError id={descriptionId}>{error}</FieldError> : null}
      {!error && hint ? (
        <p id={descriptionId} className="text-sm text-muted-foreground">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="text-sm text-destructive first-letter:uppercase">
      {children}
    </p>
  );
}
