// Error boundary. Retrying clears the query cache, since cached data may be what failed to render.
"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { clearQueries } from "@/lib/query-client";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations("app");
  const retry = () => {
    clearQueries();
    reset();
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 px-4 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">{t("errorTitle")}</h1>
      <p className="text-muted-foreground">{t("errorText")}</p>
      <Button onClick={retry}>{t("tryAgain")}</Button>
    </main>
  );
}
