// Says what happened to those who do not see it.
"use client";

import { createContext, useCallback, useContext, useState, type ReactNode } from "react";
import { useMaybeUser } from "@/account/session";

type Said = { message: string; turn: number; to: string | undefined };

const Announce = createContext<(message: string) => void>(() => {});

export const useAnnounce = () => useContext(Announce);

export function Announcer({ children }: { children: ReactNode }) {
  // what was said to one user is not the next one's to hear
  const userId = useMaybeUser()?.id;
  const [said, setSaid] = useState<Said>({ message: "", turn: 0, to: undefined });
  const announce = useCallback((message: string) => setSaid(({ turn }) => ({ message, turn: turn + 1, to: userId })), [userId]);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div aria-live="polite" className="sr-only">
        <span key={said.turn}>{said.to === userId ? said.message : null}</span>
      </div>
    </Announce.Provider>
  );
}
