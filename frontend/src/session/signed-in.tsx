// Renders its children once the user is known.
"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useKnownUser } from "./session-provider";

export function SignedIn({ children }: { children: ReactNode }) {
  const t = useTranslations("app");
  if (useKnownUser()) return children;
  return (
    <p role="status" className="sr-only">
      {t("loading")}
    </p>
  );
}
