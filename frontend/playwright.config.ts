// Browser tests, run in each of the authentication modes.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { chromium } from "./e2e/support/chromium";
import type { StackOptions } from "./e2e/support/fixtures";

if (!existsSync(".next/BUILD_ID")) throw new Error("The tests need a production build: run `npm run build` first.");

// tests that do not depend on the authentication mode run in the first mode only
const modeIndependent = "**/e2e/tasks/**";
const jwksOnly = "jwks.spec.ts";
const withOwnConfiguration = ["animation.spec.ts", "compose.spec.ts", "screenshots.spec.ts", "vitals.spec.ts"];
const excludedTags = {
  sharedSecret: /@backend|@cross-origin/,
  jwks: /@once|@backend|@cross-origin/,
  backend: /@once|@better-auth|@cross-origin/,
  betterAuthClient: /@once|@backend|@better-auth|@own-session/,
};

export default defineConfig<object, StackOptions>({
  testDir: "e2e",
  globalSetup: "./e2e/support/setup.ts",
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  timeout: 120_000,
  globalTimeout: 50 * 60_000,
  expect: { timeout: 20_000 },
  use: chromium,
  projects: [
    { name: "shared-secret", use: { authMode: "shared-secret" }, testIgnore: [...withOwnConfiguration, jwksOnly], grepInvert: excludedTags.sharedSecret },
    { name: "jwks", use: { authMode: "jwks" }, testIgnore: [...withOwnConfiguration, modeIndependent], grepInvert: excludedTags.jwks },
    { name: "backend", use: { authMode: "backend" }, testIgnore: [...withOwnConfiguration, modeIndependent, jwksOnly], grepInvert: excludedTags.backend },
    {
      name: "better-auth-client",
      use: { authMode: "better-auth-client" },
      testIgnore: [...withOwnConfiguration, modeIndependent, jwksOnly],
      grepInvert: excludedTags.betterAuthClient,
    },
  ],
});
