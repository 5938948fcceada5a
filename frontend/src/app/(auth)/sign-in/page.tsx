import type { Metadata } from "next";
import { SignInForm } from "@/account/sign-in-form";
import { requestTranslator } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator();
  return { title: t("auth.signIn") };
}

export default function Page() {
  return <SignInForm />;
}
