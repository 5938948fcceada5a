// Mutations of a task. Completing is optimistic; edits are shown once saved.
"use client";

import { useMutation, useMutationState, useQueryClient, type UseMutationOptions } from "@tanstack/react-query";
import type { CompleteTaskData, Options, Task } from "@/client";
import { completeTaskMutation, updateTaskMutation } from "@/client/@tanstack/react-query.gen";
import { asUser } from "@/lib/api";
import { translate } from "@/lib/i18n/translate";
import type { PendingWork } from "@/session/pending-work";
import { useAuth, useUser } from "@/session/session-provider";
import { updateCachedTask, tasksKey } from "./task-cache";
import { applyChange, refetchTasks } from "./refetch-queue";

export function useUpdateTask(task: Task) {
  const queryClient = useQueryClient();
  const user = useUser();
  const { pendingWork } = useAuth();
  return useMutation({
    ...trackMutation(updateTaskMutation(asUser(user.id)), pendingWork, translate("tasks.couldNotSave", { title: task.title })),
    onSuccess: (saved) => {
      updateCachedTask(queryClient, user.id, task.id, saved);
      void refetchTasks(queryClient, user.id);
    },
  });
}

/** Completes a task. `isCompleted` is the last requested value while a request is pending. */
export function useCompleteTask(task: Task) {
  const queryClient = useQueryClient();
  const user = useUser();
  const { pendingWork } = useAuth();
  const mutationKey = ["complete", task.id];
  const pendingValues = useMutationState({ filters: { mutationKey, status: "pending" }, select: ({ state }) => (state.variables as Options<CompleteTaskData>).body?.completed });
  // keepalive: the request outlives the page
  const mutation = completeTaskMutation({ keepalive: true, ...asUser(user.id) });
  const { mutate, error } = useMutation({
    ...trackMutation(mutation, pendingWork, translate("tasks.couldNotUpdate", { title: task.title })),
    mutationKey,
    // run in order, so that the last click wins
    scope: { id: mutationKey.join(" ") },
    onSuccess: async (saved) => {
      await applyChange(queryClient, user.id, () => updateCachedTask(queryClient, user.id, task.id, saved));
      // the task stays in the list until the next refetch
      void queryClient.invalidateQueries({ queryKey: tasksKey(user.id), refetchType: "none" });
    },
  });
  const complete = (completed: boolean) => mutate({ path: { id: task.id }, body: { completed } });
  return { isCompleted: pendingValues.at(-1) ?? task.completed, complete, error };
}

/** Adds a mutation to the pending work; `warning` is shown if it fails during a sign-out. */
function trackMutation<Data, Failure, Variables>(
  { mutationFn, ...options }: UseMutationOptions<Data, Failure, Variables>,
  pendingWork: PendingWork,
  warning: string,
): UseMutationOptions<Data, Failure, Variables> {
  return { ...options, mutationFn: mutationFn && ((...args) => pendingWork.track(mutationFn(...args), warning)) };
}
