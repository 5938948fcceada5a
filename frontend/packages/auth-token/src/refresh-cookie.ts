// The HttpOnly cookie that holds the refresh token.

export type CookieOptions = {
  /** Under https, the name gets the prefix `__Host-`. */
  cookieName?: string;
  /** The path of the routes. */
  path?: string;
  /** In seconds; at least the longest lifetime of a session. The API decides when a session expires. */
  cookieMaxAge?: number;
};

export class RefreshCookie {
  readonly #secure: boolean;
  readonly #name: string;
  readonly #attributes: string;
  readonly #maxAge: number;

  /** Under https, the `__Host-` prefix prevents other subdomains from setting the cookie; it requires the path `/`. */
  constructor(request: Request, { cookieName = "refresh_token", path = "/api/account", cookieMaxAge = 30 * 24 * 60 * 60 }: CookieOptions) {
    // with several proxies, the first value comes from the one nearest to the browser
    this.#secure = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
    this.#name = this.#secure ? `__Host-${cookieName}` : cookieName;
    this.#attributes = `Path=${this.#secure ? "/" : path}; HttpOnly; SameSite=Strict${this.#secure ? "; Secure" : ""}`;
    this.#maxAge = cookieMaxAge;
  }

  read(request: Request): string | undefined {
    const pairs = (request.headers.get("Cookie") ?? "").split(";").map((pair) => pair.trim().split(/=(.*)/s));
    const value = pairs.find(([name]) => name === this.#name)?.[1];
    return value ? decode(value) : undefined;
  }

  /** The value of a Set-Cookie header. */
  set(refreshToken: string): string {
    return `${this.#name}=${encodeURIComponent(refreshToken)}; ${this.#attributes}; Max-Age=${this.#maxAge}`;
  }

  delete(): string {
    return `${this.#name}=; ${this.#attributes}; Max-Age=0`;
  }
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
