"use client";

import { useTranslations } from "use-intl";
import { AuthForm } from "./auth-form";

export function SignInForm() {
  const t = useTranslations("auth");
  return (
    <AuthForm
      title={t("signIn")}
      submitLabel={t("signIn")}
      fields={[
        { name: "email", label: t("email"), type: "email", autoComplete: "email" },
        { name: "password", label: t("password"), type: "password", autoComplete: "current-password" },
      ]}
      onSubmit={(adapter, { email, password }) => adapter.signIn({ email, password })}
      alternative={{ text: t("noAccount"), link: t("signUpLink"), href: "/sign-up" }}
    />
  );
}
