// Global setup: starts one PostgreSQL server; each stack creates its own database.
import { startPostgres } from "./postgres";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  process.env.E2E_POSTGRES_PORT = String(postgres.port);
  return postgres.stop;
}
