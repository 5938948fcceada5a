// Layout of the pages that require a signed-in user.
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { AuthGuard } from "@/session/auth-guard";
import { Header } from "@/layout/header";
import { ServiceWorker } from "@/layout/service-worker";
import { SyncProvider } from "@/sync/sync-provider";
import { signedInCookie } from "@/session/signed-in-cookie";

export default async function AppLayout({ children }: { children: ReactNode }) {
  const isExpected = (await cookies()).has(signedInCookie);
  return (
    <AuthGuard isExpected={isExpected}>
      <SyncProvider>
        <Header />
        <main id="main" className="mx-auto w-full max-w-5xl px-4 pt-6 pb-28 sm:pt-8">
          {children}
        </main>
      </SyncProvider>
      <ServiceWorker />
    </AuthGuard>
  );
}
