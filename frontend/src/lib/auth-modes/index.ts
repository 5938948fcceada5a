// Loads the adapter of the configured mode; the others are not downloaded.
import type { PublicSettings } from "../settings";
import type { AuthAdapter } from "./auth-adapter";

/** Returns a function that loads the adapter once; a failed download is repeated by the next call. */
export function adapterLoader(settings: PublicSettings): () => Promise<AuthAdapter> {
  let adapter: AuthAdapter | undefined;
  return async () => {
    const create = await loadMode(settings);
    return (adapter ??= create());
  };
}

async function loadMode({ authMode, authUrl }: PublicSettings): Promise<() => AuthAdapter> {
  switch (authMode) {
    case "shared-secret":
    case "jwks": {
      const [{ createBetterAuthAdapter }, { revokeToken }] = await Promise.all([import("./better-auth"), import("./revoke-token")]);
      return () => createBetterAuthAdapter({ revokeToken });
    }
    case "better-auth-client": {
      const { createBetterAuthClientAdapter } = await import("./better-auth-client");
      return () => createBetterAuthClientAdapter(authUrl);
    }
    case "backend": {
      const { backend } = await import("./backend");
      return () => backend;
    }
  }
}
