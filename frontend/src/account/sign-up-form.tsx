"use client";

import { AuthForm } from "./auth-form";

export function SignUpForm() {
  return (
    <AuthForm
      title="Create an account"
      submitLabel="Create account"
      fields={[
        { name: "name", label: "Name", type: "text", autoComplete: "name" },
        { name: "email", label: "Email", type: "email", autoComplete: "email" },
        { name: "password", label: "Password", type: "password", autoComplete: "new-password", hint: "At least 8 characters." },
      ]}
      onSubmit={(adapter, { name, email, password }) => adapter.signUp({ name, email, password })}
      alternative={{ text: "Already have an account?", link: "Sign in", href: "/sign-in" }}
    />
  );
}
