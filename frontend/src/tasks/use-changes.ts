// Changes of tasks. Completing shows at once; what may be refused for its content shows when it is saved.
"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useUser } from "@/account/session";
import { completeTask, createTask, updateTask, type Task, type TaskPatch } from "@/client";
import { putTask, readAgain, tasksKey } from "./cache";
import { inputOf, type Draft } from "./draft";

/** `giveBack` gets what was not saved, though its page may be left by then. */
export function useCreateTask(giveBack: (sent: Draft) => void) {
  const queries = useQueryClient();
  const user = useUser();
  return useMutation({
    mutationFn: async (draft: Draft) => (await createTask({ body: inputOf(draft) })).data,
    onSuccess: () => void readAgain(queries, user.id),
    onError: (_error, draft) => giveBack(draft),
  });
}

export function useUpdateTask(task: Task) {
  const queries = useQueryClient();
  const user = useUser();
  return useMutation({
    mutationFn: async (body: TaskPatch) => (await updateTask({ path: { id: task.id }, body })).data,
    onSuccess: (saved) => {
      putTask(queries, saved);
      void readAgain(queries, user.id);
    },
  });
}

export function useCompleteTask(task: Task) {
  const queries = useQueryClient();
  const user = useUser();
  return useMutation({
    // one after the other, so that the last click is the last word
    scope: { id: `complete ${task.id}` },
    mutationFn: async (completed: boolean) => (await completeTask({ path: { id: task.id }, body: { completed } })).data,
    onMutate: async (completed) => {
      await queries.cancelQueries({ queryKey: tasksKey(user.id) });
      putTask(queries, { ...task, completed });
    },
    onError: (_error, completed) => putTask(queries, { ...task, completed: !completed }),
    onSuccess: (saved) => {
      putTask(queries, saved);
      // it stays where it is until the list is looked at anew
      void queries.invalidateQueries({ queryKey: tasksKey(user.id), refetchType: "none" });
    },
    // a list whose first reading was stopped for this
    onSettled: () =>
      void queries.refetchQueries({ queryKey: tasksKey(user.id), type: "active", predicate: ({ state }) => state.data === undefined }),
  });
}
