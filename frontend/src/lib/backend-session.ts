// A session at the service itself, as this server holds it: the refresh token is in a cookie that no script reads.
import "server-only";
import { cookies } from "next/headers";
import type { Tokens } from "@/client";
import { createClient, createConfig, type Client } from "@/client/client";
import { serverTimeoutMs, timeoutSignal } from "./timeout";
import { internalApiUrl } from "./settings";

// the service decides when a session ends; no cookie outlives the longest of them
const maxAge = 30 * 24 * 60 * 60;

/** The service, told who is really asking. All that is asked of it for one request has one end. */
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

/** Under https by a name that no other host can set, a sibling neither; a browser takes that name only with this path. */
function cookieOptions(request: Request): { name: string; path: string; secure: boolean } {
  const name = "taskbridge.refresh_token";
  // of several proxies the first is the one that the browser spoke to
  const secure = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  return secure ? { name: `__Host-${name}`, path: "/", secure } : { name, path: "/api/account", secure };
}
