// What every page stands on: server state, the session, and a voice for screen readers.
"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { PartingProvider } from "@/components/flash-message";
import { Announcer } from "@/components/live-region";
import { failureOf, isPassing } from "@/lib/problem";
import type { PublicSettings } from "@/lib/settings";
import { SessionProvider, useMaybeUser } from "@/session/session-provider";

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // a service that does not answer has been waited for already: that is shown at once
        networkMode: "always",
        retry: (count, error) => count < 1 && isPassing(error) && failureOf(error).status !== 0,
        retryDelay: 500,
        staleTime: 10_000,
      },
      mutations: { networkMode: "always" },
    },
  });
}

export function Providers({ settings, children }: { settings: PublicSettings; children: ReactNode }) {
  const [queries] = useState(newQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <SessionProvider settings={settings}>
        <AnnouncerOfUser>
          <PartingProvider>{children}</PartingProvider>
        </AnnouncerOfUser>
      </SessionProvider>
    </QueryClientProvider>
  );
}

function AnnouncerOfUser({ children }: { children: ReactNode }) {
  return <Announcer listener={useMaybeUser()?.id}>{children}</Announcer>;
}
