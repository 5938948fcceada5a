// The pages of the signed-in.
import type { ReactNode } from "react";
import { Header } from "@/components/header";
import { SignedIn } from "@/account/signed-in";
import { DeletionsProvider } from "@/tasks/deletions";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <DeletionsProvider>
        <Header />
        <main id="main" className="mx-auto w-full max-w-2xl px-4 pt-6 pb-24 sm:pt-10">
          {children}
        </main>
      </DeletionsProvider>
    </SignedIn>
  );
}
