"use client";

import { AuthForm } from "./auth-form";

export function SignInForm() {
  return (
    <AuthForm
      title="Sign in"
      submitLabel="Sign in"
      fields={[
        { name: "email", label: "Email", type: "email", autoComplete: "email" },
        { name: "password", label: "Password", type: "password", autoComplete: "current-password" },
      ]}
      onSubmit={(adapter, { email, password }) => adapter.signIn({ email, password })}
      alternative={{ text: "Don't have an account?", link: "Sign up", href: "/sign-up" }}
    />
  );
}
