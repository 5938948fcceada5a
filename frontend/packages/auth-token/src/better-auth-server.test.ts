import { createHmac } from "node:crypto";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { expect, test } from "vitest";
import { createTokenRoute, type AuthenticatedSession, type TokenRouteOptions } from "./better-auth-server.js";

const secret = "a secret of at least 32 characters";
const ann = { id: "ann", name: "Ånn", email: "ann@example.com", emailVerified: true };

async function issue(options: Partial<TokenRouteOptions<AuthenticatedSession>> = {}, user: Partial<typeof ann> = {}) {
  const getSession = async () => ({ user: { ...ann, ...user }, session: { id: "s1" } });
  const response = await createTokenRoute({ getSession, secret, ...options })(new Request("https://example.com/api/auth/token"));
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return decode(((await response.json()) as { token: string }).token);
}

function decode(token: string) {
  const [header = "", payload = "", signature] = token.split(".");
  expect(signature).toBe(createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url"));
  const [head, claims] = [header, payload].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>);
  expect(head).toEqual({ alg: "HS256" });
  return claims!;
}

test("the token names the user and the session, for a day", async () => {
  const { iat, exp, ...claims } = await issue();
  expect(claims).toEqual({ sub: "ann", sid: "s1", name: "Ånn", email: "ann@example.com" });
  expect(Math.abs(Date.now() / 1000 - Number(iat))).toBeLessThan(5);
  expect(Number(exp) - Number(iat)).toBe(24 * 60 * 60);
});

test("an unverified address is never in the token", async () => {
  const claims = ({ user }: AuthenticatedSession) => ({ email: user.email });
  expect(await issue({ claims }, { emailVerified: false })).not.toHaveProperty("email");
});

test("claims can be added but not replaced", async () => {
  const claims = await issue({ expiresIn: 60, claims: () => ({ role: "admin", sub: "bob", sid: "s2", exp: 1 }) });
  expect(claims).toMatchObject({ role: "admin", sub: "ann", sid: "s1" });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(60);
});

test("without a session the answer is 401", async () => {
  const response = await createTokenRoute({ getSession: async () => null, secret })(new Request("https://example.com"));
  expect(response.status).toBe(401);
});

test("an empty secret is refused", () => {
  expect(() => createTokenRoute({ getSession: async () => null, secret: "" })).toThrow("secret");
});

test("it issues tokens for sessions of Better Auth", async () => {
  const database = memoryAdapter({ user: [], session: [], account: [], verification: [] });
  const auth = betterAuth({ baseURL: "https://example.com", secret, database, emailAndPassword: { enabled: true } });
  const { headers } = await auth.api.signUpEmail({ body: { ...ann, password: "correct horse battery" }, returnHeaders: true });
  const cookie = headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const route = createTokenRoute({ getSession: (headers) => auth.api.getSession({ headers }), secret });
  const request = (init?: RequestInit) => route(new Request("https://example.com/api/auth/token", init));
  const { token } = (await (await request({ headers: { cookie } })).json()) as { token: string };
  expect(decode(token)).toMatchObject({ name: "Ånn", sid: expect.any(String) });
  expect((await request()).status).toBe(401);
});
