// Says what happened to those who do not see it.
"use client";

import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

const Announce = createContext<(message: string) => void>(() => {});

export const useAnnounce = () => useContext(Announce);

export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ message: "", turn: 0 });
  const announce = useCallback((message: string) => setSaid(({ turn }) => ({ message, turn: turn + 1 })), []);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div aria-live="polite" className="sr-only">
        <span key={said.turn}>{said.message}</span>
      </div>
    </Announce.Provider>
  );
}
