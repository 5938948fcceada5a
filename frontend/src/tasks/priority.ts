// Priorities, lowest first.
import type { Priority } from "@/client";

export const priorities = ["none", "low", "medium", "high"] as const satisfies Priority[];
