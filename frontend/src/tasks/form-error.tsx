// What the composer and the editor share: what the service says against a draft.
"use client";

import { useEffect, useRef } from "react";
import { Alert } from "@/components/ui/alert";
import type { Failure } from "@/lib/problem";

/** Brings the first refused field into focus. */
export function useFocusFirstInvalid(failure: Failure | null) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (failure) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [failure]);
  return form;
}

/** A failure that is no field's. */
export function FormError({ failure }: { failure: Failure | null }) {
  if (!failure || Object.keys(failure.fields).length > 0) return null;
  return <Alert variant="error">{failure.detail} Nothing typed is lost: try again.</Alert>;
}
