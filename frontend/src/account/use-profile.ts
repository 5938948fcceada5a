// The user's name and email: from the token, or from the service if the token lacks them.
"use client";

import { useQuery } from "@tanstack/react-query";
import { getCurrentUserOptions } from "@/client/@tanstack/react-query.gen";
import { withUser } from "@/lib/api";
import { useUser } from "@/session/session-provider";

export function useProfile(): { name: string | null; email: string | null } {
  const user = useUser();
  const options = getCurrentUserOptions();
  const { data } = useQuery({
    ...options,
    queryKey: withUser(options.queryKey, user.id),
    staleTime: Infinity,
    enabled: !user.name || !user.email,
  });
  return { name: user.name || data?.name || null, email: user.email || data?.email || null };
}
