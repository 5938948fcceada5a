// Context providers for every page.
"use client";

import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { FlashMessageProvider } from "@/components/flash-message";
import { LiveRegion } from "@/components/live-region";
import { Toaster } from "@/components/toaster";
import { toFailure, isTransient } from "@/lib/problem";
import type { PublicSettings } from "@/lib/settings";
import { SessionProvider, useOptionalUser } from "@/session/session-provider";

// In a microtask: an optimistic change is rendered in the task of the click, before the next paint.
notifyManager.setScheduler(queueMicrotask);

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

export function Providers({ settings, children }: { settings: PublicSettings; children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <SessionProvider settings={settings}>
        <UserLiveRegion>
          <FlashMessageProvider>{children}</FlashMessageProvider>
        </UserLiveRegion>
        <Toaster />
      </SessionProvider>
    </QueryClientProvider>
  );
}

function UserLiveRegion({ children }: { children: ReactNode }) {
  return <LiveRegion userId={useOptionalUser()?.id}>{children}</LiveRegion>;
}
