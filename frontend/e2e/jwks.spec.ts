// Key rotation in Better Auth.
import { expect, test } from "./support/fixtures";

const keyId = (token: string) => (JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as { kid: string }).kid;

test("a new signing key is accepted", async ({ ann, stack }) => {
  await ann.page.clock.install();
  await ann.page.reload();
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const before = keyId(ann.tokens.at(-1)!);
  stack.sql(`UPDATE jwks SET "expiresAt" = now() - interval '1 second'`);
  await ann.page.clock.fastForward("16:00");
  await ann.addTask("Buy bread");
  await expect.poll(() => keyId(ann.tokens.at(-1)!)).not.toBe(before);
  expect(await ann.countAlerts()).toBe(0);
});

test("tokens of a removed key are replaced", async ({ ann, stack }) => {
  await ann.addTask("Buy milk");
  await ann.expectSaved();
  const before = keyId(ann.tokens.at(-1)!);
  stack.sql("DELETE FROM jwks");
  await stack.stopService();
  await stack.startService();
  await ann.addTask("Buy bread");
  await expect.poll(() => keyId(ann.tokens.at(-1)!)).not.toBe(before);
});

test("the key set is public and cacheable", async ({ ann }) => {
  const response = await ann.context.request.get(`${ann.stack.url}/api/auth/jwks`);
  expect(((await response.json()) as { keys: object[] }).keys.length).toBeGreaterThan(0);
  expect(response.headers()["cache-control"] ?? "").not.toContain("no-store");
});
