// The home page: the task list.
import type { Metadata } from "next";
import { Suspense } from "react";
import { requestTranslator } from "@/lib/i18n/server";
import { TasksPage } from "@/tasks/tasks-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator();
  return { title: t("tasks.title") };
}

export default function Page() {
  return (
    <Suspense>
      <TasksPage />
    </Suspense>
  );
}
