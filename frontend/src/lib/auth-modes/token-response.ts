// Parses the response of `GET /api/auth/token`: null on 401; other errors are thrown, as they say nothing about the session.

type TokenResponse = { data: { token: string } | null; error: { status: number; statusText: string } | null };

export function parseTokenResponse({ data, error }: TokenResponse): string | null {
  if (data) return data.token;
  if (error?.status === 401) return null;
  throw new Error(`no token: ${error?.status} ${error?.statusText}`);
}
