// New tasks that could not be added, each with another try.
"use client";

import type { Task } from "@/client";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/alert";
import { isUnsent, type Unsent } from "./outbox";
import { useOutbox } from "./task-mutations-provider";

export function UnsentTasks({ onAdded }: { onAdded: (task: Task) => void }) {
  const { outbox, unsent } = useOutbox();
  const again = async (task: Unsent) => {
    const outcome = await outbox.sendAgain(task);
    if (!isUnsent(outcome)) onAdded(outcome);
  };
  return unsent
    .filter(({ failure }) => failure !== null)
    .map((task) => (
      <Notice
        key={task.id}
        kind="danger"
        action={
          <>
            <Button size="small" onClick={() => void again(task)}>
              Try again
            </Button>
            <Button size="small" weight="quiet" onClick={() => outbox.drop(task.id)}>
              Discard
            </Button>
          </>
        }
      >
        <p className="font-medium wrap-anywhere">{task.draft.title || "A task without a title"}</p>
        <p>
          {task.failure?.detail} {word(task)}
        </p>
      </Notice>
    ));
}

function word({ failure }: Unsent): string {
  const refused = Object.values(failure?.fields ?? {});
  // without an answer it may be in the list already
  return refused.length > 0 ? `${refused.join(", ")}.` : failure?.status === 0 ? "It may not have been added." : "It was not added.";
}
