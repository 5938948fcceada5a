// Tells the server that this browser was signed in: it then renders the app's shell instead of an empty page. Proves nothing.

export const signedInCookie = "signed-in";

const maxAgeSeconds = 30 * 24 * 60 * 60;

export function setSignedInCookie(isSignedIn: boolean): void {
  document.cookie = `${signedInCookie}=1; path=/; max-age=${isSignedIn ? maxAgeSeconds : 0}; samesite=lax`;
}
