// Requests to this app's account routes, which hold the refresh token in a cookie.
import { clientTimeoutMs, timeoutSignal } from "../timeout";

export function postToAccountRoute(action: string, body: object = {}, token: string | null = null): Promise<Response> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(`/api/account/${action}`, { method: "POST", headers, body: JSON.stringify(body), signal: timeoutSignal(clientTimeoutMs) });
}
