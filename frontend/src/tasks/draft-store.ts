// What was typed and not yet saved outlives a reload of its tab, and is gone at sign-out.

const prefix = "taskbridge.draft.";

export function readDraft<T>(key: string): T | null {
  const text = sessionStorage.getItem(prefix + key);
  return text === null ? null : (JSON.parse(text) as T);
}

export function hasDraft(key: string): boolean {
  return sessionStorage.getItem(prefix + key) !== null;
}

export function writeDraft(key: string, draft: unknown): void {
  sessionStorage.setItem(prefix + key, JSON.stringify(draft));
}

export function dropDraft(key: string): void {
  sessionStorage.removeItem(prefix + key);
}

export function forgetDrafts(): void {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(prefix))
    .forEach((key) => sessionStorage.removeItem(key));
}
