// The editor of a task, in its row. What is typed survives a reload; fields that were not touched follow the task.
"use client";

import { useCallback, useState } from "react";
import { useTranslations } from "use-intl";
import { Alert } from "@/components/ui/alert";
import { useUser } from "@/session/session-provider";
import type { ShownTask } from "@/sync/replica";
import { forgetEdit, readEdit, storeEdit } from "./edit-drafts";
import { draftFromTask, toTaskInput, toTaskPatch, type Draft } from "./task-draft";
import TaskForm from "./task-form";
import { useTaskCommands } from "./use-task-commands";

type Props = { task: ShownTask; isDeleted: boolean; onClose: () => void };

export default function TaskEditor({ task, isDeleted, onClose }: Props) {
  const t = useTranslations();
  const user = useUser();
  const { create, update } = useTaskCommands();
  const [typed] = useState(() => readEdit(user.id, task));
  const store = useCallback((draft: Draft) => storeEdit(user.id, task, draft), [user.id, task]);

  const close = () => {
    forgetEdit(user.id, task.id);
    onClose();
  };

  const save = (draft: Draft) => {
    if (isDeleted) create(toTaskInput(draft));
    else update(task, toTaskPatch(task, draft));
    close();
  };

  return (
    <TaskForm
      label={t("tasks.editForm", { title: task.title })}
      titleLabel={t("fields.title")}
      submitLabel={t(isDeleted ? "tasks.saveAsNew" : "tasks.save")}
      saved={draftFromTask(task)}
      typed={typed}
      onChange={store}
      onSubmit={save}
      onCancel={close}
    >
      {isDeleted ? <Alert variant="warning">{t("tasks.deletedElsewhere")}</Alert> : null}
    </TaskForm>
  );
}
