// Priorities, lowest first.
import type { Priority } from "@/client";

export const priorityOptions = [
  { value: "none", label: "None" },
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High" },
] as const satisfies { value: Priority; label: string }[];
