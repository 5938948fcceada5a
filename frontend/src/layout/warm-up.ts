// Loads, once the page is idle, the code that the first use of a control needs: it then opens at once, and also offline.

const delayMs = 5_000;

const loaders = [
  () => import("@/tasks/task-editor"),
  () => import("@/tasks/trash-list"),
  () => import("@/tasks/toolbar-menus"),
  () => import("@/tasks/bulk-menus"),
  () => import("@/tasks/conflict-dialog"),
  () => import("@/tasks/linked-notes"),
  () => import("@/components/ui/sonner"),
  () => import("./user-menu"),
  () => import("./command-palette"),
  () => import("./shortcuts-dialog"),
];

/** Returns a function that cancels it. */
export function warmUp(): () => void {
  const timer = setTimeout(() => void loadAll(), delayMs);
  return () => clearTimeout(timer);
}

/** One after the other, each when the browser has nothing else to do. */
async function loadAll(): Promise<void> {
  for (const load of loaders) {
    await whenIdle();
    await load().catch(() => {});
  }
}

function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: delayMs });
    else setTimeout(resolve, 200);
  });
}
