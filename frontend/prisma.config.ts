import { defineConfig } from "prisma/config";

// The service's migrations own the tables, so Prisma's schema engine has nothing to do and need not be downloaded:
// any program that exists stands in for it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
process.env.CHECKPOINT_DISABLE ??= "1"; // no word to Prisma of who generates what

export default defineConfig({ schema: "prisma/schema.prisma" });
