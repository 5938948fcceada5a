// Remembers in localStorage that this browser is signed in, so that a session that ends unexpectedly can be explained.

const key = "taskbridge.signed-in";

export function setSignedInMarker(): void {
  try {
    localStorage.setItem(key, "1");
  } catch {
    // storage is blocked: the sign-in page shows no explanation
  }
}

/** Returns whether the marker was set. */
export function clearSignedInMarker(): boolean {
  try {
    const wasSet = localStorage.getItem(key) !== null;
    localStorage.removeItem(key);
    return wasSet;
  } catch {
    return false;
  }
}
