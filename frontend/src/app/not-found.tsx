import Link from "next/link";
import { buttonVariants } from "@/components/ui/button";
import { requestTranslator } from "@/lib/i18n/server";

export default async function NotFound() {
  const t = await requestTranslator();
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 px-4 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">{t("app.notFoundTitle")}</h1>
      <p className="text-muted-foreground">{t("app.notFoundText")}</p>
      <Link href="/" className={buttonVariants()}>
        {t("app.goToTasks")}
      </Link>
    </main>
  );
}
