// The last word to whoever leaves: shown where they come out.
"use client";

import { createContext, useContext, useState, type ReactNode } from "react";
import { Notice } from "@/components/ui/alert";

type Word = { kind: "info" | "warn"; text: string } | null;

const PartingContext = createContext<[Word, (word: Word) => void]>([null, () => {}]);

export const useParting = () => useContext(PartingContext)[1];

export function PartingProvider({ children }: { children: ReactNode }) {
  return <PartingContext.Provider value={useState<Word>(null)}>{children}</PartingContext.Provider>;
}

export function Parting() {
  const [word] = useContext(PartingContext);
  return word ? <Notice kind={word.kind}>{word.text}</Notice> : null;
}
