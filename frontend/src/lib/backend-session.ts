// The refresh token cookie and the server-side client for AUTH_MODE=backend.
import "server-only";
import { cookies } from "next/headers";
import type { Tokens } from "@/client";
import { createClient, createConfig, type Client } from "@/client/client";
import { serverTimeoutMs, timeoutSignal } from "./timeout";
import { internalApiUrl } from "./settings";

// the service's longest session lifetime; the service decides when a session expires
const maxAge = 30 * 24 * 60 * 60;

/** A client that forwards the browser's headers. Its timeout covers all calls made for one request. */
export function createServiceClient(request: Request): Client {
  const headers: Record<string, string> = {};
  for (const name of ["User-Agent", "X-Forwarded-For", "Authorization"]) {
    const value = request.headers.get(name);
    if (value) headers[name] = value;
  }
  return createClient(createConfig({ baseUrl: internalApiUrl(), headers, cache: "no-store", signal: timeoutSignal(serverTimeoutMs) }));
}

export async function setRefreshToken(request: Request, { refresh_token }: Tokens): Promise<void> {
  (await cookies()).set({ ...cookieOptions(request), value: refresh_token, httpOnly: true, sameSite: "strict", maxAge });
}

export async function getRefreshToken(request: Request): Promise<string | undefined> {
  return (await cookies()).get(cookieOptions(request).name)?.value;
}

export async function deleteRefreshToken(request: Request): Promise<void> {
  (await cookies()).delete(cookieOptions(request));
}

/** Under https, the `__Host-` prefix prevents other subdomains from setting the cookie; it requires the path `/`. */
function cookieOptions(request: Request): { name: string; path: string; secure: boolean } {
  const name = "taskbridge.refresh_token";
  // with several proxies, the first value comes from the one nearest to the browser
  const secure = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  return secure ? { name: `__Host-${name}`, path: "/", secure } : { name, path: "/api/account", secure };
}
