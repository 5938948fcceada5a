// The current time, updated every minute: what is due today changes at midnight.
"use client";

import { useEffect, useState } from "react";

const intervalMs = 60_000;

export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const update = () => setNow(new Date());
    const timer = setInterval(update, intervalMs);
    // timers of hidden pages are delayed
    document.addEventListener("visibilitychange", update);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", update);
    };
  }, []);
  return now;
}
