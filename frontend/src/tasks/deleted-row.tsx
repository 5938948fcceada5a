// A deleted task's row, with an undo button.
"use client";

import { Undo2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";

/** Ignores the second click of a double click on the delete button. */
export function DeletedRow({ title, isCommitted, onUndo }: { title: string; isCommitted: boolean; onUndo: () => void }) {
  const t = useTranslations("tasks");
  return (
    <div className="flex items-center gap-3 bg-muted/60 py-2 pr-2 pl-4">
      <p className="min-w-0 flex-1 truncate text-muted-foreground">
        {t.rich("deletedTitle", { title, t: (chunks) => <bdi className="line-through">{chunks}</bdi> })}
      </p>
      <Button size="sm" autoFocus aria-disabled={isCommitted} className="aria-disabled:invisible" onClick={({ detail }) => detail < 2 && onUndo()}>
        <Undo2 aria-hidden className="size-4" />
        {t("undo")}
      </Button>
    </div>
  );
}
