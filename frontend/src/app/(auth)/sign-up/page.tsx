import type { Metadata } from "next";
import { SignUpForm } from "@/account/sign-up-form";
import { requestTranslator } from "@/lib/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator();
  return { title: t("auth.signUp") };
}

export default function Page() {
  return <SignUpForm />;
}
