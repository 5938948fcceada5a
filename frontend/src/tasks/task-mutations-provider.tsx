// What a user's tasks are going through: new ones that are being sent, and deletions that can be undone.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useAuth, useUser } from "@/session/session-provider";
import { Deletions, type Deletion } from "./pending-deletions";
import { Outbox, type Unsent } from "./outbox";

type UnderWay = { deletions: Deletions; outbox: Outbox };

const Context = createContext<UnderWay | null>(null);

export function UnderWayProvider({ children }: { children: ReactNode }) {
  const user = useUser();
  return (
    <Provider key={user.id} userId={user.id}>
      {children}
    </Provider>
  );
}

function Provider({ userId, children }: { userId: string; children: ReactNode }) {
  const queries = useQueryClient();
  const { unfinished } = useAuth();
  const [underWay] = useState(() => ({
    deletions: new Deletions(queries, userId, unfinished),
    outbox: new Outbox(queries, userId, unfinished),
  }));
  useEffect(() => {
    const leave = () => void underWay.deletions.finish();
    window.addEventListener("pagehide", leave);
    const silence = unfinished.remind(() => underWay.outbox.word);
    return () => {
      window.removeEventListener("pagehide", leave);
      silence();
    };
  }, [underWay, unfinished]);
  return <Context.Provider value={underWay}>{children}</Context.Provider>;
}

function useUnderWay(): UnderWay {
  const underWay = useContext(Context);
  if (!underWay) throw new Error("nothing is under way outside of the app");
  return underWay;
}

export function useDeletion(id: string): { deletion: Deletion | undefined; begin: () => void; undo: () => void } {
  const { deletions } = useUnderWay();
  const deletion = useSyncExternalStore(deletions.subscribe, () => deletions.of(id));
  return { deletion, begin: () => deletions.begin(id), undo: () => deletions.undo(id) };
}

export function useOutbox(): { outbox: Outbox; unsent: readonly Unsent[] } {
  const { outbox } = useUnderWay();
  return { outbox, unsent: useSyncExternalStore(outbox.subscribe, () => outbox.unsent) };
}
