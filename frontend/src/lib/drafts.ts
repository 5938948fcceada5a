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

/** Returns the user's drafts whose names start with `namePrefix`. */
export function listDrafts<T>(userId: string, namePrefix: string): T[] {
  const start = prefix + draftKey(userId, namePrefix);
  const keys = Object.keys(draftStorage() ?? {}).filter((key) => key.startsWith(start));
  return keys.map((key) => readDraft<T>(key.slice(prefix.length))).filter((draft) => draft !== null);
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
