// Why the service rejected a change of a task.
"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { useTaskActions } from "@/sync/hooks";
import type { ShownTask } from "@/sync/replica";

export function RowFailure({ task: { id, failure } }: { task: ShownTask }) {
  const t = useTranslations();
  const actions = useTaskActions();
  if (!failure) return null;
  const fields = Object.values(failure.fields);
  return (
    <div role="alert" className="mt-1 flex flex-wrap items-center gap-x-2 text-sm text-destructive">
      <p>{t("sync.rejected", { detail: fields.length > 0 ? `${fields.join(", ")}.` : failure.detail })}</p>
      <Button size="sm" variant="link" data-control tabIndex={-1} className="px-1!" onClick={() => actions?.retry(id)}>
        {t("app.tryAgain")}
      </Button>
      <Button size="sm" variant="link" data-control tabIndex={-1} className="px-1!" onClick={() => actions?.discard(id)}>
        {t("sync.discard")}
      </Button>
    </div>
  );
}
