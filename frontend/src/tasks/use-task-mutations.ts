// Changes of tasks. Completing shows at once; what may be refused for its content shows when it is saved.
"use client";

import { useMutation, useMutationState, useQueryClient, type UseMutationOptions } from "@tanstack/react-query";
import type { CompleteTaskData, Options, Task } from "@/client";
import { completeTaskMutation, updateTaskMutation } from "@/client/@tanstack/react-query.gen";
import { asUser } from "@/lib/api";
import type { PendingWork } from "@/session/pending-work";
import { useAuth, useUser } from "@/session/session-provider";
import { updateCachedTask, tasksKey } from "./task-cache";
import { applyChange, refetchTasks } from "./refetch-queue";

export function useUpdateTask(task: Task) {
  const queryClient = useQueryClient();
  const user = useUser();
  const { pendingWork } = useAuth();
  return useMutation({
    ...trackMutation(updateTaskMutation(asUser(user.id)), pendingWork, `“${task.title}” could not be saved.`),
    onSuccess: (saved) => {
      updateCachedTask(queryClient, user.id, task.id, saved);
      void refetchTasks(queryClient, user.id);
    },
  });
}

/** Completes a task; `isCompleted` is what was asked for last, until it is answered. */
export function useCompleteTask(task: Task) {
  const queryClient = useQueryClient();
  const user = useUser();
  const { pendingWork } = useAuth();
  const mutationKey = ["complete", task.id];
  const pendingValues = useMutationState({ filters: { mutationKey, status: "pending" }, select: ({ state }) => (state.variables as Options<CompleteTaskData>).body?.completed });
  // `keepalive`: it is sent even if the page is being left
  const mutation = completeTaskMutation({ keepalive: true, ...asUser(user.id) });
  const { mutate, error } = useMutation({
    ...trackMutation(mutation, pendingWork, `“${task.title}” could not be changed.`),
    mutationKey,
    // one after the other, so that the last click is the last word
    scope: { id: mutationKey.join(" ") },
    onSuccess: async (saved) => {
      await applyChange(queryClient, user.id, () => updateCachedTask(queryClient, user.id, task.id, saved));
      // the task stays where it is until the list is looked at anew
      void queryClient.invalidateQueries({ queryKey: tasksKey(user.id), refetchType: "none" });
    },
  });
  const complete = (completed: boolean) => mutate({ path: { id: task.id }, body: { completed } });
  return { isCompleted: pendingValues.at(-1) ?? task.completed, complete, error };
}

/** A mutation that a sign-out waits for; `undone` reports its failure there. */
function trackMutation<Data, Failure, Variables>(
  { mutationFn, ...options }: UseMutationOptions<Data, Failure, Variables>,
  pendingWork: PendingWork,
  undone: string,
): UseMutationOptions<Data, Failure, Variables> {
  return { ...options, mutationFn: mutationFn && ((...call) => pendingWork.track(mutationFn(...call), undone)) };
}
