// The client of ../openapi.json: `npm run client`.
import { readFileSync } from "node:fs";
import { defineConfig } from "@hey-api/openapi-ts";

/** Adapts the document to the generator's zod plugin. */
function reviver(key: string, value: unknown): unknown {
  // `\u0000` would become a NUL character in the generated file, `\x00` does not
  if (key === "pattern" && typeof value === "string") return value.replaceAll("\\u00", "\\x");
  // JSON numbers are numbers here; `int64` would become a bigint
  if (key === "format" && value === "int64") return undefined;
  return value;
}

export default defineConfig({
  input: JSON.parse(readFileSync("../openapi.json", "utf8"), reviver),
  // Better Auth's own client calls the operations of this tag
  parser: { filters: { tags: { exclude: ["better-auth"] }, orphans: false } },
  output: "src/client",
  plugins: [
    { name: "@hey-api/client-fetch", baseUrl: false, throwOnError: true },
    "@hey-api/typescript",
    "@hey-api/sdk",
    "@tanstack/react-query",
    { name: "zod", compatibilityVersion: "mini" },
  ],
});
