// Error boundary. Retrying clears the query cache, since cached data may be what failed to render.
"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const queryClient = useQueryClient();
  const retry = () => {
    queryClient.clear();
    reset();
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 px-4 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">Something went wrong</h1>
      <p className="text-muted-foreground">Your saved tasks are safe. Try again or reload the page.</p>
      <Button onClick={retry}>Try again</Button>
    </main>
  );
}
