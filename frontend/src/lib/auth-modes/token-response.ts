// An answer of `GET /api/auth/token`: a token, nobody (401), or a failure that says nothing of who is signed in.

type TokenResponse = { data: { token: string } | null; error: { status: number; statusText: string } | null };

export function parseTokenResponse({ data, error }: TokenResponse): string | null {
  if (data) return data.token;
  if (error?.status === 401) return null;
  throw new Error(`no token: ${error?.status} ${error?.statusText}`);
}
