import { clsx, type ClassValue } from "clsx";

/**
 * Joins class names. Unlike the `cn` of shadcn/ui, it does not resolve conflicts between Tailwind classes: that would add 8.5 kB to the first
 * load. Add a variant, or mark a class that overrides another as important (`px-1!`).
 */
export function cn(...inputs: ClassValue[]): string {
  return clsx(inputs);
}
