// What the browser is given: not the secret, and not too much.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "./support/fixtures";

const limit = 250_000;

test("the secret is in nothing that the browser is given", async ({ someone, stack }) => {
  const ann = await someone("Ann");
  const given: Promise<string>[] = [];
  ann.page.on("response", (response) => given.push(response.text().catch(() => "")));
  await ann.signsUp();
  await ann.adds("Buy milk");
  await ann.page.goto("/sessions");
  await ann.page.getByText("This one").waitFor();
  const bodies = await Promise.all(given);
  expect(bodies.some((body) => body.includes("Buy milk"))).toBe(true);
  for (const body of [...bodies, ...builtFiles()]) expect(body.includes(stack.secret)).toBe(false);
});

test("the tasks page needs less than 250 kB of JavaScript, gzipped", async ({ ann }, testInfo) => {
  const scripts = new Map<string, number>();
  const pending: Promise<unknown>[] = [];
  ann.page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    pending.push(response.body().then((body) => scripts.set(response.url(), gzipSync(body, { level: 9 }).length)));
  });
  await ann.page.reload({ waitUntil: "networkidle" });
  await Promise.all(pending);
  const size = [...scripts.values()].reduce((sum, part) => sum + part, 0);
  testInfo.annotations.push({ type: "size", description: `${scripts.size} scripts, ${size} bytes` });
  console.log(`first load of the tasks page: ${scripts.size} scripts, ${(size / 1000).toFixed(1)} kB gzipped`);
  expect(scripts.size).toBeGreaterThan(0);
  expect(size).toBeLessThan(limit);
});

function builtFiles(): string[] {
  const files = readdirSync(".next/static", { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
}
