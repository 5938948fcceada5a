// Changes of tasks. Completing shows at once; what may be refused for its content shows when it is saved.
"use client";

import { useMutation, useMutationState, useQueryClient, type UseMutationOptions } from "@tanstack/react-query";
import type { CompleteTaskData, Options, Task } from "@/client";
import { completeTaskMutation, updateTaskMutation } from "@/client/@tanstack/react-query.gen";
import { as } from "@/lib/api";
import type { Unfinished } from "@/session/pending-work";
import { useAuth, useUser } from "@/session/session-provider";
import { changeTask, tasksKey } from "./task-cache";
import { overReading, readAgain } from "./refetch-queue";

export function useUpdateTask(task: Task) {
  const queries = useQueryClient();
  const user = useUser();
  const { unfinished } = useAuth();
  return useMutation({
    ...finished(updateTaskMutation(as(user.id)), unfinished, `“${task.title}” could not be saved.`),
    onSuccess: (saved) => {
      changeTask(queries, user.id, task.id, saved);
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
  const asked = useMutationState({ filters: { mutationKey, status: "pending" }, select: ({ state }) => (state.variables as Options<CompleteTaskData>).body?.completed });
  // `keepalive`: it is sent even if the page is being left
  const mutation = completeTaskMutation({ keepalive: true, ...as(user.id) });
  const { mutate, error } = useMutation({
    ...finished(mutation, unfinished, `“${task.title}” could not be changed.`),
    mutationKey,
    // one after the other, so that the last click is the last word
    scope: { id: mutationKey.join(" ") },
    onSuccess: async (saved) => {
      await overReading(queries, user.id, () => changeTask(queries, user.id, task.id, saved));
      // the task stays where it is until the list is looked at anew
      void queries.invalidateQueries({ queryKey: tasksKey(user.id), refetchType: "none" });
    },
  });
  const complete = (completed: boolean) => mutate({ path: { id: task.id }, body: { completed } });
  return { isCompleted: asked.at(-1) ?? task.completed, complete, error };
}

/** A mutation that a sign-out waits for; `undone` reports its failure there. */
function finished<Data, Failure, Variables>(
  { mutationFn, ...options }: UseMutationOptions<Data, Failure, Variables>,
  unfinished: Unfinished,
  undone: string,
): UseMutationOptions<Data, Failure, Variables> {
  return { ...options, mutationFn: mutationFn && ((...call) => unfinished.during(mutationFn(...call), undone)) };
}
