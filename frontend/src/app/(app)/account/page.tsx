import type { Metadata } from "next";
import { AccountPage } from "@/account/account-page";
import { QueryProvider } from "@/components/query-provider";
import { SignedIn } from "@/session/signed-in";
import { requestTranslator } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator();
  return { title: t("account.title") };
}

export default function Page() {
  return (
    <SignedIn>
      <QueryProvider>
        <AccountPage />
      </QueryProvider>
    </SignedIn>
  );
}
