// Better Auth's client, without and with the token plugin; open-session-page.ts bundles it.
import { apiToken } from "@taskbridge/auth-token/better-auth";
import { createAuthClient } from "better-auth/react";
import { createRoot } from "react-dom/client";

const baseURL = new URLSearchParams(location.search).get("baseURL")!;
const authClient = createAuthClient({ baseURL });
const tokenClient = createAuthClient({ baseURL, plugins: [apiToken({ apiUrl: new URL(baseURL).origin })] });

function SessionStatus() {
  const { data, error, isPending } = authClient.useSession();
  return <p role="status">{error ? `error: ${error.message || error.status}` : isPending ? "pending" : data ? `signed in as ${data.user.email}` : "signed out"}</p>;
}

Object.assign(window, { authClient, tokenClient });
createRoot(document.getElementById("root")!).render(<SessionStatus />);

declare global {
  interface Window {
    authClient: typeof authClient;
    tokenClient: typeof tokenClient;
  }
}
