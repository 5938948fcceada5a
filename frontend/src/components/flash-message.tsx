// A message that the sign-in page shows once, for example after signing out.
"use client";

import { createContext, useContext, useState, type ReactNode } from "react";
import { Alert } from "@/components/ui/alert";

type Flash = { variant: "default" | "warning"; text: string } | null;

const FlashContext = createContext<[Flash, (flash: Flash) => void]>([null, () => {}]);

export const useSetFlashMessage = () => useContext(FlashContext)[1];

export function FlashMessageProvider({ children }: { children: ReactNode }) {
  return <FlashContext.Provider value={useState<Flash>(null)}>{children}</FlashContext.Provider>;
}

export function FlashMessage() {
  const [flash] = useContext(FlashContext);
  return flash ? <Alert variant={flash.variant}>{flash.text}</Alert> : null;
}
