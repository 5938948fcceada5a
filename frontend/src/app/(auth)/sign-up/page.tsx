import type { Metadata } from "next";
import { SignUpForm } from "@/account/sign-up-form";

export const metadata: Metadata = { title: "Create an account" };

export default function Page() {
  return <SignUpForm />;
}
