// Sign up with a name, an e-mail and a password.
"use client";

import { AccountForm } from "./auth-form";

export function SignUpForm() {
  return (
    <AccountForm
      title="Create an account"
      submit="Create account"
      fields={[
        { name: "name", label: "Name", type: "text", autoComplete: "name" },
        { name: "email", label: "E-mail", type: "email", autoComplete: "email" },
        { name: "password", label: "Password", type: "password", autoComplete: "new-password", hint: "At least 8 characters." },
      ]}
      send={(source, { name, email, password }) => source.signUp({ name, email, password })}
      other={{ text: "Have an account?", link: "Sign in", href: "/sign-in" }}
    />
  );
}
