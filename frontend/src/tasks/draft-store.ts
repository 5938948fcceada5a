// What a user typed and did not save yet outlives a reload of its tab. It is gone at sign-out, and nobody else's.

const prefix = "taskbridge.draft.";

export function readDraft<T>(key: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(prefix + key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function hasDraft(key: string): boolean {
  return sessionStorage.getItem(prefix + key) !== null;
}

export function writeDraft(key: string, draft: unknown): void {
  try {
    sessionStorage.setItem(prefix + key, JSON.stringify(draft));
  } catch {
    // more than a browser keeps: it is in the page still
  }
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
