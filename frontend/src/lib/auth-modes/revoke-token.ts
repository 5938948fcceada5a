import { logOut } from "@/client";
import { withToken } from "../api";

/** Revokes an access token at the service. Returns whether it is revoked. */
export async function revokeToken(token: string | null): Promise<boolean> {
  if (!token) return true;
  const { error, response } = await logOut({ ...withToken(token), throwOnError: false });
  return !error || response?.status === 401;
}
