import Link from "next/link";
import { buttonVariants } from "@/components/ui/button";

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 px-4 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">Page not found</h1>
      <p className="text-muted-foreground">{"The page doesn't exist or has been removed."}</p>
      <Link href="/" className={buttonVariants()}>
        Go to tasks
      </Link>
    </main>
  );
}
