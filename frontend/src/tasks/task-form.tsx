// What the composer and the editor share: the draft, its sending, and what the service says against it.
"use client";

import { useEffect, useRef } from "react";
import { Notice } from "@/components/ui/notice";
import { failureOf, type Failure } from "@/lib/problem";

/** Brings the first refused field into focus. */
export function useFocusOnError(error: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return form;
}

export function failureIn(error: unknown): Failure | null {
  return error ? failureOf(error) : null;
}

/** A failure that is no field's. */
export function FormFailure({ failure }: { failure: Failure | null }) {
  if (!failure || Object.keys(failure.fields).length > 0) return null;
  return <Notice kind="danger">{failure.detail} Nothing typed is lost: try again.</Notice>;
}
