// Before all tests: one PostgreSQL server, in which each mode has a database of its own.
import { startPostgres } from "./postgres";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  process.env.E2E_POSTGRES_PORT = String(postgres.port);
  return postgres.stop;
}
