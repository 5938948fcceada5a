"use client";

import { useTranslations } from "use-intl";
import { AuthForm } from "./auth-form";

export function SignUpForm() {
  const t = useTranslations("auth");
  return (
    <AuthForm
      title={t("signUp")}
      submitLabel={t("createAccount")}
      fields={[
        { name: "name", label: t("name"), type: "text", autoComplete: "name" },
        { name: "email", label: t("email"), type: "email", autoComplete: "email" },
        { name: "password", label: t("password"), type: "password", autoComplete: "new-password", hint: t("passwordHint") },
      ]}
      onSubmit={(adapter, { name, email, password }) => adapter.signUp({ name, email, password })}
      alternative={{ text: t("haveAccount"), link: t("signIn"), href: "/sign-in" }}
    />
  );
}
