// Announces status messages to screen readers.
"use client";

import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

type Announcement = { message: string; count: number; userId: string | undefined };

const AnnounceContext = createContext<(message: string) => void>(() => {});

export const useAnnounce = () => useContext(AnnounceContext);

/** Hides an announcement as soon as another user is signed in. */
export function LiveRegion({ userId, children }: { userId: string | undefined; children: ReactNode }) {
  const [announcement, setAnnouncement] = useState<Announcement>({ message: "", count: 0, userId: undefined });
  const announce = useCallback((message: string) => setAnnouncement(({ count }) => ({ message, count: count + 1, userId })), [userId]);
  return (
    <AnnounceContext.Provider value={announce}>
      {children}
      <div aria-live="polite" className="sr-only">
        <span key={announcement.count}>{announcement.userId === userId ? announcement.message : null}</span>
      </div>
    </AnnounceContext.Provider>
  );
}
