// The browser of the tests.
import type { PlaywrightTestConfig } from "@playwright/test";

/** Debian's Chromium; set CHROMIUM to use another browser. */
export const chromium: PlaywrightTestConfig["use"] = {
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--disable-background-networking"],
  },
  locale: "en-GB",
  timezoneId: "Europe/Berlin",
};
