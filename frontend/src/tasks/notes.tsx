// A task's notes. The code that finds links is loaded only if there may be one.
"use client";

import { Suspense } from "react";
import { lazyComponent } from "@/lib/lazy";

const LinkedNotes = lazyComponent(() => import("./linked-notes"));

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
