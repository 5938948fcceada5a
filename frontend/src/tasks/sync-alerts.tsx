// Says that changes are not saved at the service yet, and why; and what another device changed too.
"use client";

import { Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { lazyComponent } from "@/lib/lazy";
import { useConflicts, useSyncState } from "@/sync/hooks";

const loadConflictDialog = () => import("./conflict-dialog");
const ConflictDialog = lazyComponent(loadConflictDialog);

export function SyncAlerts() {
  const t = useTranslations("sync");
  const { isOffline, syncError, pendingCount } = useSyncState();
  return (
    <>
      <Conflicts />
      {isOffline ? <Alert variant="warning">{`${t("offline")} ${t("pending", { count: pendingCount })}`}</Alert> : null}
      {!isOffline && syncError ? <Alert variant="warning">{`${syncError.detail} ${t("pending", { count: pendingCount })}`}</Alert> : null}
    </>
  );
}

function Conflicts() {
  const t = useTranslations("sync");
  const conflicts = useConflicts();
  const [isOpen, setOpen] = useState(false);
  const count = conflicts.length;
  if (count === 0) return null;
  return (
    <>
      <Alert
        variant="destructive"
        action={
          <Button size="sm" onPointerEnter={() => void loadConflictDialog().catch(() => {})} onClick={() => setOpen(true)}>
            {t("review")}
          </Button>
        }
      >
        {t("conflicts", { count })}
      </Alert>
      {isOpen ? (
        <Suspense>
          <ConflictDialog conflicts={conflicts} onOpenChange={setOpen} />
        </Suspense>
      ) : null}
    </>
  );
}
