// Configuration of `npm run animation`: the animated picture of the repository's README.
import { defineConfig } from "@playwright/test";
import main from "../playwright.config";
import type { StackOptions } from "./support/fixtures";

export default defineConfig<object, StackOptions>({
  ...main,
  testDir: ".",
  testIgnore: [],
  testMatch: "animation.spec.ts",
  globalSetup: "./support/setup.ts",
  outputDir: "../test-results",
  projects: [{ name: "shared-secret", use: { ...main.use, authMode: "shared-secret", colorScheme: "light" } }],
});
