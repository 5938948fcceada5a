// A task's notes. The code that finds links is loaded only if there may be one.
"use client";

import { lazy, Suspense } from "react";

const LinkedNotes = lazy(() => import("./linked-notes"));

export function Notes({ children }: { children: string }) {
  return (
    <p dir="auto" className="line-clamp-2 text-sm wrap-anywhere whitespace-pre-line text-muted-foreground">
      {/https?:\/\//i.test(children) ? (
        <Suspense fallback={children}>
          <LinkedNotes>{children}</LinkedNotes>
        </Suspense>
      ) : (
        children
      )}
    </p>
  );
}
