// Changes of tasks. Completing shows at once; what may be refused for its content shows when it is saved.
"use client";

import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { completeTask, updateTask, type Task, type TaskPatch } from "@/client";
import { useUser } from "@/session/session";
import { changeTask, readAgain, tasksKey } from "./cache";

export function useUpdateTask(task: Task) {
  const queries = useQueryClient();
  const user = useUser();
  return useMutation({
    mutationFn: async (body: TaskPatch) => (await updateTask({ path: { id: task.id }, body })).data,
    onSuccess: (saved) => {
      changeTask(queries, user.id, task.id, saved);
      void readAgain(queries, user.id);
    },
  });
}

/** Completes a task; `isCompleted` is what was asked for last, until it is answered. */
export function useCompleteTask(task: Task) {
  const queries = useQueryClient();
  const queryKey = tasksKey(useUser().id);
  const mutationKey = ["complete", task.id];
  const asked = useMutationState({ filters: { mutationKey, status: "pending" }, select: ({ state }) => state.variables as boolean });
  const { mutate, error } = useMutation({
    mutationKey,
    // one after the other, so that the last click is the last word
    scope: { id: mutationKey.join(" ") },
    mutationFn: async (completed: boolean) => (await completeTask({ path: { id: task.id }, body: { completed } })).data,
    onSuccess: async (saved) => {
      // a list that is being read may not know of it
      await queries.cancelQueries({ queryKey });
      changeTask(queries, task.user_id, task.id, saved);
      // the task stays where it is until the list is looked at anew
      void queries.invalidateQueries({ queryKey, refetchType: "none" });
      void queries.refetchQueries({ queryKey, type: "active", predicate: ({ state }) => state.data === undefined });
    },
  });
  return { isCompleted: asked.at(-1) ?? task.completed, complete: mutate, error };
}
