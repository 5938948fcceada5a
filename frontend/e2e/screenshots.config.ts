// Configuration of `npm run screenshots`: every page on desktop and phone, light and dark.
import { defineConfig } from "@playwright/test";
import main from "../playwright.config";
import type { StackOptions } from "./support/fixtures";

const devices = [
  { name: "desktop", viewport: { width: 1200, height: 860 } },
  { name: "phone", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
];

export default defineConfig<object, StackOptions>({
  ...main,
  testDir: ".",
  testIgnore: [],
  testMatch: "screenshots.spec.ts",
  globalSetup: "./support/setup.ts",
  outputDir: "../test-results",
  projects: devices.flatMap(({ name, ...device }) => [
    ...(["light", "dark"] as const).map((colorScheme) => ({
      name: `${name}-${colorScheme}`,
      grepInvert: /@german/,
      use: { ...main.use, ...device, colorScheme },
    })),
    { name: `german-${name}-light`, grep: /@german/, use: { ...main.use, ...device, colorScheme: "light" } },
  ]),
});
