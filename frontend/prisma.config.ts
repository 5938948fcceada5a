import { defineConfig } from "prisma/config";

// The service's migrations create the tables. Prisma's schema engine is never used, so any existing executable
// replaces it, and Prisma does not download it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
process.env.CHECKPOINT_DISABLE ??= "1"; // disables Prisma's telemetry

export default defineConfig({ schema: "prisma/schema.prisma" });
