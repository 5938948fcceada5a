// Says what happened to those who do not see it.
"use client";

import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

type Said = { message: string; turn: number; to: string | undefined };

const Announce = createContext<(message: string) => void>(() => {});

export const useAnnounce = () => useContext(Announce);

/** What was said to one listener is not the next one's to hear. */
export function Announcer({ listener, children }: { listener: string | undefined; children: ReactNode }) {
  const [said, setSaid] = useState<Said>({ message: "", turn: 0, to: undefined });
  const announce = useCallback((message: string) => setSaid(({ turn }) => ({ message, turn: turn + 1, to: listener })), [listener]);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div aria-live="polite" className="sr-only">
        <span key={said.turn}>{said.to === listener ? said.message : null}</span>
      </div>
    </Announce.Provider>
  );
}
