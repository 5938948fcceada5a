// Configuration of the browser test of `docker compose up`, which .ci/containers runs.
import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium";

export default defineConfig({
  testDir: ".",
  testMatch: "compose.spec.ts",
  outputDir: "../test-results",
  reporter: "list",
  expect: { timeout: 20_000 },
  use: { ...chromium, baseURL: "http://localhost:3000" },
});
