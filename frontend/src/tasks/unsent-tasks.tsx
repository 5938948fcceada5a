// Alerts for tasks that could not be sent.
"use client";

import { useTranslations } from "use-intl";
import type { Task } from "@/client";
import { translate } from "@/lib/i18n/translate";
import { Button } from "@/components/ui/button";
import { Alert } from "@/components/ui/alert";
import { isUnsent, type UnsentTask } from "./outbox";
import { useOutbox } from "./task-mutations-provider";

export function UnsentTasks({ onAdded }: { onAdded: (task: Task) => void }) {
  const { outbox, unsent } = useOutbox();
  const t = useTranslations();
  const retry = async (task: UnsentTask) => {
    const outcome = await outbox.retry(task);
    if (!isUnsent(outcome)) onAdded(outcome);
  };
  return unsent
    .filter(({ failure }) => failure !== null)
    .map((task) => (
      <Alert
        key={task.id}
        variant="destructive"
        action={
          <>
            <Button size="sm" onClick={() => void retry(task)}>
              {t("app.tryAgain")}
            </Button>
            <Button size="sm" variant="ghost" onClick={() => outbox.discard(task.id)}>
              {t("tasks.discard")}
            </Button>
          </>
        }
      >
        <p dir="auto" className="font-medium wrap-anywhere">{task.draft.title || t("tasks.untitled")}</p>
        <p>
          {task.failure?.detail} {failureText(task)}
        </p>
      </Alert>
    ));
}

function failureText({ failure }: UnsentTask): string {
  const fieldErrors = Object.values(failure?.fields ?? {});
  // without a response, the service may have created the task
  return fieldErrors.length > 0 ? `${fieldErrors.join(", ")}.` : failure?.status === 0 ? translate("tasks.maybeNotAdded") : translate("tasks.notAdded");
}
