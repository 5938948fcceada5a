// Clears what TanStack Query has cached, if it was loaded: only some pages use it.
import type { QueryClient } from "@tanstack/react-query";

let current: QueryClient | null = null;

export function registerQueryClient(queryClient: QueryClient): void {
  current = queryClient;
}

export async function cancelQueries(): Promise<void> {
  await current?.cancelQueries();
}

export function clearQueries(): void {
  current?.clear();
}
