// What a user typed and did not save yet outlives a reload of its tab. It is gone at sign-out, and nobody else's.

const prefix = "taskbridge.draft.";

/** Null where the browser is told to keep nothing: then what is typed is in the page alone. */
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

/** A user's drafts whose names begin so. */
export function listDrafts<T>(userId: string, namePrefix: string): T[] {
  const start = prefix + draftKey(userId, namePrefix);
  const keys = Object.keys(draftStorage() ?? {}).filter((key) => key.startsWith(start));
  return keys.map((key) => readDraft<T>(key.slice(prefix.length))).filter((draft) => draft !== null);
}

export function writeDraft(key: string, draft: unknown): void {
  try {
    draftStorage()?.setItem(prefix + key, JSON.stringify(draft));
  } catch {
    // more than a browser keeps: it is in the page still
  }
}

export function removeDraft(key: string): void {
  draftStorage()?.removeItem(prefix + key);
}

/** The key of a user's draft. */
export function draftKey(userId: string, name: string): string {
  return `${userId}.${name}`;
}

/** Forgets all drafts, or all but one user's: another tab may have signed somebody else out. */
export function clearDrafts(exceptUserId?: string): void {
  const keptPrefix = exceptUserId === undefined ? null : prefix + draftKey(exceptUserId, "");
  Object.keys(draftStorage() ?? {})
    .filter((key) => key.startsWith(prefix) && !(keptPrefix && key.startsWith(keptPrefix)))
    .forEach((key) => draftStorage()?.removeItem(key));
}
