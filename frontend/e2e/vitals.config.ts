// Configuration of `npm run vitals`: how fast the tasks page loads on a slow device.
import { defineConfig } from "@playwright/test";
import main from "../playwright.config";
import type { StackOptions } from "./support/fixtures";

export default defineConfig<object, StackOptions>({
  ...main,
  testDir: ".",
  testIgnore: [],
  testMatch: "vitals.spec.ts",
  globalSetup: "./support/setup.ts",
  outputDir: "../test-results",
  projects: [{ name: "shared-secret", use: { ...main.use, authMode: "shared-secret" } }],
});
