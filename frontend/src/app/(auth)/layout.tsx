// Layout of the sign-in and sign-up pages: a centered card.
import type { ReactNode } from "react";
import { FlashMessage } from "@/components/flash-message";
import { Wordmark } from "@/components/wordmark";

export default function AccountLayout({ children }: { children: ReactNode }) {
  return (
    <main id="main" className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-8 px-4 py-12 sm:-mt-6">
      <div className="flex justify-center">
        <Wordmark />
      </div>
      <FlashMessage />
      {children}
    </main>
  );
}
