// The download size of the core, without optional entry points.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const maxBytes = 2_000;

test("the core is smaller than 2 kB", async () => {
  const input = fileURLToPath(new URL("./index.ts", import.meta.url));
  const bundle = await rolldown({ input, resolve: { extensionAlias: { ".js": [".ts"] } } });
  const { output } = await bundle.generate({ minify: true });
  const size = gzipSync(output[0].code, { level: 9 }).length;
  console.log(`core: ${size} bytes, minified and gzipped`);
  expect(output[0].imports).toEqual([]);
  expect(size).toBeLessThan(maxBytes);
});
