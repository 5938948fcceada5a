// Layout of the pages that require a signed-in user.
import type { ReactNode } from "react";
import { AuthGuard } from "@/session/auth-guard";
import { Header } from "@/layout/header";
import { TaskMutationsProvider } from "@/tasks/task-mutations-provider";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <AuthGuard>
      <TaskMutationsProvider>
        <Header />
        <main id="main" className="mx-auto w-full max-w-2xl px-4 pt-6 pb-24 sm:pt-10">
          {children}
        </main>
      </TaskMutationsProvider>
    </AuthGuard>
  );
}
