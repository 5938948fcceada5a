// TanStack Query, for the pages that read from the service: the tasks are synchronized instead. One cache for the whole app.
"use client";

import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { toFailure, isTransient } from "@/lib/problem";
import { registerQueryClient } from "@/lib/query-client";

// in a microtask: a change is rendered in the task of the click, before the next paint
notifyManager.setScheduler(queueMicrotask);

let shared: QueryClient | undefined;

function browserQueryClient(): QueryClient {
  if (typeof window === "undefined") return createQueryClient();
  if (!shared) registerQueryClient((shared = createQueryClient()));
  return shared;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // a timed-out request is not retried: the error is shown at once
        networkMode: "always",
        retry: (count, error) => count < 1 && isTransient(error) && toFailure(error).status !== 0,
        retryDelay: 500,
        staleTime: 10_000,
      },
      mutations: { networkMode: "always" },
    },
  });
}

export function QueryProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(browserQueryClient);
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}
