// Changes of tasks. Completing shows at once; what may be refused for its content shows when it is saved.
"use client";

import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { completeTask, updateTask, type Task, type TaskPatch } from "@/client";
import { as } from "@/lib/api";
import { useAuth, useUser } from "@/session/session-provider";
import { changeTask, tasksKey } from "./task-cache";
import { overReading, readAgain } from "./refetch-queue";

export function useUpdateTask(task: Task) {
  const queries = useQueryClient();
  const user = useUser();
  const { unfinished } = useAuth();
  return useMutation({
    mutationFn: (body: TaskPatch) => {
      const saved = updateTask({ path: { id: task.id }, body, ...as(user.id) });
      return unfinished.during(saved, `“${task.title}” could not be saved.`);
    },
    onSuccess: ({ data }) => {
      changeTask(queries, user.id, task.id, data);
      void readAgain(queries, user.id);
    },
  });
}

/** Completes a task; `isCompleted` is what was asked for last, until it is answered. */
export function useCompleteTask(task: Task) {
  const queries = useQueryClient();
  const user = useUser();
  const { unfinished } = useAuth();
  const mutationKey = ["complete", task.id];
  const asked = useMutationState({ filters: { mutationKey, status: "pending" }, select: ({ state }) => state.variables as boolean });
  const { mutate, error } = useMutation({
    mutationKey,
    // one after the other, so that the last click is the last word
    scope: { id: mutationKey.join(" ") },
    mutationFn: (completed: boolean) => {
      // it goes out even if the page is being left
      const done = completeTask({ path: { id: task.id }, body: { completed }, keepalive: true, ...as(user.id) });
      return unfinished.during(done, `“${task.title}” could not be changed.`);
    },
    onSuccess: async ({ data }) => {
      await overReading(queries, user.id, () => changeTask(queries, user.id, task.id, data));
      // the task stays where it is until the list is looked at anew
      void queries.invalidateQueries({ queryKey: tasksKey(user.id), refetchType: "none" });
    },
  });
  return { isCompleted: asked.at(-1) ?? task.completed, complete: mutate, error };
}
