// Unsaved input, stored per user in sessionStorage: survives a reload, is cleared on sign-out.

const prefix = "taskbridge.draft.";

/** Null if the browser blocks storage; drafts then live in memory only. */
function draftStorage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

export function readDraft<T>(key: string): T | null {
  try {
    return JSON.parse(draftStorage()?.getItem(prefix + key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** Returns the names of the user's drafts that start with `namePrefix`. */
export function listDraftNames(userId: string, namePrefix: string): string[] {
  const start = prefix + draftKey(userId, "");
  const keys = Object.keys(draftStorage() ?? {}).filter((key) => key.startsWith(start + namePrefix));
  return keys.map((key) => key.slice(start.length));
}

export function writeDraft(key: string, draft: unknown): void {
  try {
    draftStorage()?.setItem(prefix + key, JSON.stringify(draft));
  } catch {
    // storage quota exceeded: the draft stays in memory
  }
}

export function removeDraft(key: string): void {
  draftStorage()?.removeItem(prefix + key);
}

export function draftKey(userId: string, name: string): string {
  return `${userId}.${name}`;
}

/** Clears all drafts except those of one user, if given. */
export function clearDrafts(exceptUserId?: string): void {
  const keptPrefix = exceptUserId === undefined ? null : prefix + draftKey(exceptUserId, "");
  Object.keys(draftStorage() ?? {})
    .filter((key) => key.startsWith(prefix) && !(keptPrefix && key.startsWith(keptPrefix)))
    .forEach((key) => draftStorage()?.removeItem(key));
}
