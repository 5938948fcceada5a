import Link from "next/link";
import { buttonVariants } from "@/components/ui/button";

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-4 px-4 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">There is nothing here</h1>
      <p className="text-muted-foreground">The address is wrong, or what was here is gone.</p>
      <Link href="/" className={buttonVariants()}>
        To the tasks
      </Link>
    </main>
  );
}
