import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      // as in next.config.ts
      "use-intl/format-message": "use-intl/format-message/format-only",
    },
  },
  test: {
    include: ["src/**/*.test.ts", "packages/*/src/**/*.test.ts"],
    setupFiles: "./vitest.setup.ts",
    server: { deps: { inline: ["use-intl"] } },
  },
});
