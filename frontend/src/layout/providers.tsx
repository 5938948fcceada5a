// Context providers for every page.
"use client";

import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { FlashMessageProvider } from "@/components/flash-message";
import { LiveRegion } from "@/components/live-region";
import { Toaster } from "@/components/toaster";
import type { PublicSettings } from "@/lib/settings";
import { SessionProvider, useOptionalUser } from "@/session/session-provider";

export function Providers({ settings, children }: { settings: PublicSettings; children: ReactNode }) {
  return (
    <SessionProvider settings={settings}>
      <UserLiveRegion>
        <FlashMessageProvider>
          {/* around all pages: it forgets the search of a page that is left */}
          <NuqsAdapter>{children}</NuqsAdapter>
        </FlashMessageProvider>
      </UserLiveRegion>
      <Toaster />
    </SessionProvider>
  );
}

function UserLiveRegion({ children }: { children: ReactNode }) {
  return <LiveRegion userId={useOptionalUser()?.id}>{children}</LiveRegion>;
}
