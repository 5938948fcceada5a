// Error handling shared by the new-task form and the editor.
"use client";

import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { Alert } from "@/components/ui/alert";
import type { Failure } from "@/lib/problem";

/** Focuses the first invalid field. */
export function useFocusFirstInvalid(failure: Failure | null) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (failure) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [failure]);
  return form;
}

/** Shows an error that belongs to no field. */
export function FormError({ failure }: { failure: Failure | null }) {
  const t = useTranslations("tasks");
  if (!failure || Object.keys(failure.fields).length > 0) return null;
  return <Alert variant="destructive">{t("changesKept", { detail: failure.detail })}</Alert>;
}
