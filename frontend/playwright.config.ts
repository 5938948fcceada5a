// The browser tests, in each of the three modes.
import { existsSync } from "node:fs";
import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import type { StackOptions } from "./e2e/support/fixtures";

if (!existsSync(".next/BUILD_ID")) throw new Error("the tests run the production build: npm run build");

// what is the same whoever signs users in is seen in the first mode alone
const once = "**/e2e/tasks/**";
const ofKeys = "jwks.spec.ts";
const forTheEye = "screenshots.spec.ts";
// and what only the service has, or only Better Auth, where they do
const notHere = { sharedSecret: /@backend/, jwks: /@once|@backend/, backend: /@once|@better-auth/ };

/** Debian's Chromium; CHROMIUM names another. */
export const chromium: PlaywrightTestConfig["use"] = {
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--disable-background-networking"],
  },
  locale: "en-GB",
  timezoneId: "Europe/Berlin",
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
    { name: "shared-secret", use: { authMode: "shared-secret" }, testIgnore: [forTheEye, ofKeys], grepInvert: notHere.sharedSecret },
    { name: "jwks", use: { authMode: "jwks" }, testIgnore: [forTheEye, once], grepInvert: notHere.jwks },
    { name: "backend", use: { authMode: "backend" }, testIgnore: [forTheEye, once, ofKeys], grepInvert: notHere.backend },
  ],
});
