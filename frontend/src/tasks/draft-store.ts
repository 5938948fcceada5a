// What a user typed and did not save yet outlives a reload of its tab. It is gone at sign-out, and nobody else's.

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

/** The key of a user's draft. */
export function draftKey(userId: string, of: string): string {
  return `${userId}.${of}`;
}

/** Forgets all drafts, or all but one user's: another tab may have signed somebody else out. */
export function forgetDrafts(butOf?: string): void {
  const kept = butOf === undefined ? null : prefix + draftKey(butOf, "");
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(prefix) && !(kept && key.startsWith(kept)))
    .forEach((key) => sessionStorage.removeItem(key));
}
