// What a user typed and did not save yet outlives a reload of its tab. It is gone at sign-out, and nobody else's.

const prefix = "taskbridge.draft.";

/** Null where the browser is told to keep nothing: then what is typed is in the page alone. */
function store(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

export function readDraft<T>(key: string): T | null {
  try {
    return JSON.parse(store()?.getItem(prefix + key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** A user's drafts whose names begin so. */
export function draftsOf<T>(userId: string, names: string): T[] {
  const start = prefix + draftKey(userId, names);
  const keys = Object.keys(store() ?? {}).filter((key) => key.startsWith(start));
  return keys.map((key) => readDraft<T>(key.slice(prefix.length))).filter((draft) => draft !== null);
}

export function writeDraft(key: string, draft: unknown): void {
  try {
    store()?.setItem(prefix + key, JSON.stringify(draft));
  } catch {
    // more than a browser keeps: it is in the page still
  }
}

export function dropDraft(key: string): void {
  store()?.removeItem(prefix + key);
}

/** The key of a user's draft. */
export function draftKey(userId: string, of: string): string {
  return `${userId}.${of}`;
}

/** Forgets all drafts, or all but one user's: another tab may have signed somebody else out. */
export function forgetDrafts(butOf?: string): void {
  const kept = butOf === undefined ? null : prefix + draftKey(butOf, "");
  Object.keys(store() ?? {})
    .filter((key) => key.startsWith(prefix) && !(kept && key.startsWith(kept)))
    .forEach((key) => store()?.removeItem(key));
}
