// Loads the adapter of the configured mode; the others are not downloaded.
import type { AuthMode } from "../settings";
import type { AuthAdapter } from "./auth-adapter";

export async function loadAuthAdapter(mode: AuthMode): Promise<AuthAdapter> {
  switch (mode) {
    case "shared-secret":
    case "jwks":
      return (await import("./better-auth")).betterAuth;
    case "backend":
      return (await import("./backend")).backend;
  }
}
