// Starts a temporary PostgreSQL server with the programs installed on this machine.
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ManagedProcess } from "./managed-process";

type Credentials = { uid?: number; gid?: number };

export async function startPostgres(): Promise<{ port: number; stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "taskbridge-e2e-"));
  const credentials = unprivileged();
  if (credentials.uid !== undefined) chownSync(directory, credentials.uid, credentials.gid!);
  const data = join(directory, "data");
  const port = await freePort();
  await new ManagedProcess(findProgram("initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], { ...credentials, cwd: directory }).waitForSuccess();
  const settings = { fsync: "off", listen_addresses: "127.0.0.1", unix_socket_directories: directory, port: String(port) };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = new ManagedProcess(findProgram("postgres"), ["-D", data, ...args], { ...credentials, cwd: directory });
  await server.waitForOutput(/ready to accept connections/);
  return {
    port,
    stop: async () => {
      await server.stop("SIGINT");
      rmSync(directory, { recursive: true });
    },
  };
}

/** Runs a statement with psql and returns its rows. */
export function sql(port: number, database: string, statement: string): string {
  const connection = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-d", database];
  return execFileSync(findProgram("psql"), [...connection, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement], { encoding: "utf8" }).trim();
}

/** PostgreSQL does not run as root. */
function unprivileged(): Credentials {
  if (process.getuid?.() !== 0) return {};
  const id = (kind: string) => Number(execFileSync("id", [kind, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function findProgram(name: string): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  const found = versions.map((version) => join(debian, version, "bin", name)).find(existsSync);
  return found ?? name;
}
