// Better Auth's routes and rate limit.
import { randomInt } from "node:crypto";
import { expect, test } from "./support/fixtures";

test.describe("Better Auth", { tag: "@better-auth" }, () => {
  test("sign-ins are limited by the proxy's client address", async ({ ann }) => {
    const part = () => randomInt(1, 255);
    const attempt = async (client: string) => {
      const headers = { Origin: ann.stack.url, "X-Forwarded-For": `203.0.113.${part()}, ${client}, 127.0.0.1` };
      const data = { email: ann.email, password: "not the password" };
      return (await ann.context.request.post(`${ann.stack.url}/api/auth/sign-in/email`, { data, headers })).status();
    };
    const [client, other] = [`10.2.${part()}.${part()}`, `10.3.${part()}.${part()}`];
    const statuses: number[] = [];
    for (let count = 1; count <= 10; count += 1) statuses.push(await attempt(client));
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect(await attempt(other)).toBe(401);
  });

  test("private responses are not cacheable", async ({ ann }) => {
    for (const path of ["list-sessions", "get-session", "token"]) {
      const response = await ann.context.request.get(`${ann.stack.url}/api/auth/${path}`);
      expect(response.status()).toBe(200);
      expect(response.headers()["cache-control"]).toBe("no-store");
    }
  });

  test("sign-out succeeds if the service rejects the token", async ({ ann }) => {
    await ann.page.route("**/api/auth/logout", (route) => route.fulfill({ status: 401, json: { status: 401 } }));
    await ann.signOut();
    await ann.signIn();
  });

  test("renaming validates the name", async ({ ann }) => {
    const rename = async (name: unknown) => {
      const headers = { Origin: ann.stack.url };
      return (await ann.context.request.post(`${ann.stack.url}/api/auth/update-user`, { data: { name }, headers })).status();
    };
    for (const wrong of ["", " ", "A".repeat(256), null]) expect(await rename(wrong)).toBe(400);
    expect(await rename("Å".repeat(255))).toBe(200);
  });

  test("sign-up validates the name", async ({ ann }) => {
    for (const name of ["", " ", "A".repeat(256)]) {
      const data = { name, email: "bob@example.com", password: "correct horse battery" };
      const response = await ann.context.request.post(`${ann.stack.url}/api/auth/sign-up/email`, { data, headers: { Origin: ann.stack.url } });
      expect(response.status()).toBe(400);
    }
  });
});
