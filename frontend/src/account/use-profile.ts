// The user's name and address: what the token says at once, and what the service knows as soon as it says so.
"use client";

import { useQuery } from "@tanstack/react-query";
import { getCurrentUser } from "@/client";
import { useUser } from "@/session/session-provider";

export function useProfile(): { name: string | null; email: string | null } {
  const user = useUser();
  const { data } = useQuery({
    queryKey: ["profile", user.id],
    queryFn: async ({ signal }) => (await getCurrentUser({ signal })).data,
    staleTime: Infinity,
    // a token that has both needs no question
    enabled: !user.name || !user.email,
  });
  return { name: user.name || data?.name || null, email: user.email || data?.email || null };
}
