// Calls to an API that issues access and refresh tokens, in the name of the browser that sent a request.

export type ApiOptions = {
  /** The URL of the API as seen from this server. */
  apiUrl: () => string;
  /** Paths of the API. Responses with tokens have the members `access_token` and `refresh_token` (RFC 6749 §5.1). */
  endpoints?: Partial<Endpoints>;
  /** For all calls that one request causes. */
  timeoutMs?: number;
};

export type Endpoints = { signUp: string; logIn: string; refresh: string; logOut: string };

export type Tokens = { access_token: string; refresh_token: string };

/** `body` is undefined if it is not JSON. */
export type ApiResponse = { ok: boolean; status: number; body: unknown; retryAfter: string | null };

const defaultEndpoints: Endpoints = {
  signUp: "/api/auth/signup",
  logIn: "/api/auth/login",
  refresh: "/api/auth/refresh",
  logOut: "/api/auth/logout",
};

/** All methods resolve to null if the API did not respond. */
export class ApiRequest {
  readonly #apiUrl: string;
  readonly #endpoints: Endpoints;
  readonly #headers: Record<string, string>;
  readonly #signal: AbortSignal;

  constructor(request: Request, { apiUrl, endpoints, timeoutMs = 10_000 }: ApiOptions) {
    this.#apiUrl = apiUrl().replace(/\/$/, "");
    this.#endpoints = { ...defaultEndpoints, ...endpoints };
    this.#headers = pickHeaders(request, ["User-Agent", "X-Forwarded-For"]);
    this.#signal = AbortSignal.timeout(timeoutMs);
  }

  signUp(body: unknown): Promise<ApiResponse | null> {
    return this.#post(this.#endpoints.signUp, body);
  }

  logIn(body: unknown): Promise<ApiResponse | null> {
    return this.#post(this.#endpoints.logIn, body);
  }

  refresh(refreshToken: string): Promise<ApiResponse | null> {
    return this.#post(this.#endpoints.refresh, { refresh_token: refreshToken });
  }

  logOut(authorization: string | null): Promise<ApiResponse | null> {
    return this.#post(this.#endpoints.logOut, undefined, authorization ? { Authorization: authorization } : {});
  }

  async #post(path: string, body?: unknown, extraHeaders: Record<string, string> = {}): Promise<ApiResponse | null> {
    const content = body === undefined ? {} : { "Content-Type": "application/json" };
    const headers = { ...this.#headers, ...extraHeaders, ...content };
    const init = { method: "POST", headers, body: JSON.stringify(body), cache: "no-store", signal: this.#signal } as const;
    try {
      const response = await fetch(this.#apiUrl + path, init);
      return { ok: response.ok, status: response.status, body: await parseJson(response), retryAfter: response.headers.get("Retry-After") };
    } catch {
      return null;
    }
  }
}

export function isTokens(body: unknown): body is Tokens {
  const { access_token, refresh_token } = (body ?? {}) as Partial<Tokens>;
  return typeof access_token === "string" && typeof refresh_token === "string";
}

async function parseJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function pickHeaders(request: Request, names: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of names) {
    const value = request.headers.get(name);
    if (value) headers[name] = value;
  }
  return headers;
}
