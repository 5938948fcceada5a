// The pages of the signed-in.
import type { ReactNode } from "react";
import { SignedIn } from "@/session/signed-in";
import { Header } from "@/shell/header";
import { UnderWayProvider } from "@/tasks/under-way";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <UnderWayProvider>
        <Header />
        <main id="main" className="mx-auto w-full max-w-2xl px-4 pt-6 pb-24 sm:pt-10">
          {children}
        </main>
      </UnderWayProvider>
    </SignedIn>
  );
}
