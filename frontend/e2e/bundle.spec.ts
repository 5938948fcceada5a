// What the browser downloads: no secret, and not too much.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Request } from "@playwright/test";
import { expect, test } from "./support/fixtures";
import type { TestUser } from "./support/test-user";

const maxBytes = 200_000;

test("no response or file contains the secret", async ({ createUser, stack }) => {
  const hint = "set the same BETTER_AUTH_SECRET for `npm run build` and for the tests; otherwise a leak cannot be found";
  expect(process.env.BETTER_AUTH_SECRET, hint).toBe(stack.secret);
  const ann = await createUser("Ann");
  const responses: Promise<string>[] = [];
  ann.page.on("requestfinished", (request) => responses.push(responseBody(request)));
  await ann.signUp();
  await ann.addTask("Buy milk");
  // bodies of a left page are discarded
  await expect.poll(async () => (await Promise.all(responses)).some((body) => body.includes("Buy milk"))).toBe(true);
  await ann.page.goto("/sessions");
  await ann.page.getByText("This device").waitFor();
  const bodies = await Promise.all(responses);
  const files = readBuiltFiles();
  console.log(`searched for the secret: ${bodies.length} responses, ${files.length} files of .next/static`);
  expect(bodies.some((body) => body.includes("Buy milk"))).toBe(true);
  expect(files.length).toBeGreaterThan(5);
  for (const body of [...bodies, ...files]) expect(body.includes(stack.secret)).toBe(false);
});

test("the tasks page loads less than 200 kB of JavaScript", async ({ ann }) => {
  await ann.page.reload();
  await ann.page.getByText("Nothing to do").waitFor();
  const scripts = await ann.page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".js")),
  );
  const sizes = await Promise.all(scripts.map((url) => gzippedSize(ann, url)));
  const size = sizes.reduce((sum, part) => sum + part, 0);
  console.log(`first load of the tasks page: ${scripts.length} scripts, ${(size / 1000).toFixed(1)} kB gzipped`);
  expect(scripts.length).toBeGreaterThan(5);
  expect(size).toBeLessThan(maxBytes);
});

test("the page uses system fonts only", async ({ ann }) => {
  await ann.page.getByText("Nothing to do").waitFor();
  const { family, fonts } = await ann.page.evaluate(() => ({
    family: getComputedStyle(document.body).fontFamily,
    fonts: performance.getEntriesByType("resource").filter(({ name }) => /\.(woff2?|ttf|otf)$/.test(name)).length,
  }));
  expect(family).toMatch(/^ui-sans-serif, system-ui,/);
  expect(fonts).toBe(0);
});

async function responseBody(request: Request): Promise<string> {
  const response = await request.response().catch(() => null);
  // redirects have no body
  return response ? response.text().catch(() => "") : "";
}

async function gzippedSize(user: TestUser, url: string): Promise<number> {
  const response = await user.context.request.get(url);
  return gzipSync(await response.body(), { level: 9 }).length;
}

function readBuiltFiles(): string[] {
  const files = readdirSync(".next/static", { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
}
