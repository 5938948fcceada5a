// Sign in with e-mail and password.
"use client";

import { AccountForm } from "./auth-form";

export function SignInForm() {
  return (
    <AccountForm
      title="Sign in"
      submit="Sign in"
      fields={[
        { name: "email", label: "E-mail", type: "email", autoComplete: "email" },
        { name: "password", label: "Password", type: "password", autoComplete: "current-password" },
      ]}
      send={(source, { email, password }) => source.signIn({ email, password })}
      other={{ text: "New here?", link: "Create an account", href: "/sign-up" }}
    />
  );
}
