// The user's name and email: from the token, or from the service if the token lacks them.
"use client";

import { useEffect, useState } from "react";
import { getCurrentUser } from "@/client";
import { asUser } from "@/lib/api";
import { useUser } from "@/session/session-provider";

type Profile = { name: string | null; email: string | null };

const profiles = new Map<string, Promise<Profile>>();

export function useProfile(): Profile {
  const { id, name, email } = useUser();
  const [fetched, setFetched] = useState<Profile | null>(null);
  const isComplete = Boolean(name && email);

  useEffect(() => {
    if (isComplete) return;
    let isCurrent = true;
    loadProfile(id).then(
      (profile) => isCurrent && setFetched(profile),
      () => {},
    );
    return () => void (isCurrent = false);
  }, [id, isComplete]);

  return { name: name || fetched?.name || null, email: email || fetched?.email || null };
}

/** Requested once, again after a failure. */
function loadProfile(userId: string): Promise<Profile> {
  const known = profiles.get(userId);
  if (known) return known;
  const loading = getCurrentUser(asUser(userId)).then(({ data }) => ({ name: data.name ?? null, email: data.email ?? null }));
  profiles.set(userId, loading);
  loading.catch(() => profiles.delete(userId));
  return loading;
}
