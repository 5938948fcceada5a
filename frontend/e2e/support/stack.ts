// The service, the front end and their database, as in production.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AuthMode } from "../../src/lib/settings";
import { sql } from "./postgres";
import { freePort, ManagedProcess } from "./managed-process";

const binary = resolve(process.env.TASKBRIDGE ?? "../target/debug/taskbridge");

export class Stack {
  readonly mode: AuthMode;
  readonly url: string;
  readonly apiUrl: string;
  /** The secret that the build used, if set: otherwise the bundle test could not find a leak. */
  readonly secret = process.env.BETTER_AUTH_SECRET ?? randomBytes(32).toString("base64");
  readonly #database: string;
  readonly #ports: { service: number; frontEnd: number };
  readonly #directory = mkdtempSync(join(tmpdir(), "taskbridge-e2e-"));
  #service: ManagedProcess | null = null;
  #frontEnd: ManagedProcess | null = null;

  private constructor(mode: AuthMode, ports: { service: number; frontEnd: number }) {
    this.mode = mode;
    this.#ports = ports;
    this.url = `http://localhost:${ports.frontEnd}`;
    this.apiUrl = `http://localhost:${ports.service}`;
    this.#database = `e2e_${mode.replaceAll("-", "_")}_${randomBytes(4).toString("hex")}`;
  }

  /** Whether the front end runs Better Auth's server. */
  get hasAuthServer(): boolean {
    return this.mode === "shared-secret" || this.mode === "jwks";
  }

  static async start(mode: AuthMode): Promise<Stack> {
    const stack = new Stack(mode, { service: await freePort(), frontEnd: await freePort() });
    try {
      await stack.#start();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async #start(): Promise<void> {
    sql(postgresPort(), "postgres", `CREATE DATABASE ${this.#database}`);
    await this.#taskbridge("migrate").waitForSuccess();
    await this.startFrontEnd();
    await this.startService();
  }

  async startService(settings: Record<string, string> = {}): Promise<void> {
    this.#service = this.#taskbridge("serve", settings);
    await this.#service.waitForOutput(/listening on /);
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
  }

  async stopFrontEnd(): Promise<void> {
    await this.#frontEnd?.stop();
  }

  /** The service accepts connections but does not respond. */
  pauseService(): void {
    this.#service?.pause();
  }

  resumeService(): void {
    this.#service?.resume();
  }

  async stop(): Promise<void> {
    await this.#frontEnd?.stop();
    await this.stopService();
    rmSync(this.#directory, { recursive: true });
  }

  sql(statement: string): string {
    return sql(postgresPort(), this.#database, statement);
  }

  async startFrontEnd(): Promise<void> {
    const next = ["node_modules/next/dist/bin/next", "start", "-p", String(this.#ports.frontEnd)];
    this.#frontEnd = new ManagedProcess(process.execPath, next, { env: { ...process.env, ...this.#frontEndSettings() } });
    await this.#frontEnd.waitForOutput(/Ready in/);
  }

  #frontEndSettings(): Record<string, string> {
    const settings = { AUTH_MODE: this.mode, API_URL: this.apiUrl, NODE_ENV: "production", TRUSTED_PROXIES: "127.0.0.1" };
    if (this.mode === "backend") return settings;
    if (this.mode === "better-auth-client") return { ...settings, API_URL: "", NEXT_PUBLIC_API_BASE_URL: `${this.apiUrl}/api` };
    return { ...settings, DATABASE_URL: this.#databaseUrl(), BETTER_AUTH_SECRET: this.secret, BETTER_AUTH_URL: this.url };
  }

  #taskbridge(command: string, settings: Record<string, string> = {}): ManagedProcess {
    const { PATH, HOME } = process.env;
    // in jwks mode the service does not know Better Auth's secret
    const tokenSettings = this.mode === "jwks" ? { JWKS_URL: `${this.url}/api/auth/jwks`, JWKS_COOLDOWN: "1s" } : { BETTER_AUTH_SECRET: this.secret };
    const accountSettings = this.#accountSettings();
    const env = {
      PATH,
      HOME,
      HOST: "127.0.0.1",
      PORT: String(this.#ports.service),
      DATABASE_URL: this.#databaseUrl(),
      CORS_ALLOWED_ORIGINS: this.url,
      TRUSTED_PROXIES: "127.0.0.1",
      RUST_LOG: "info",
      ...tokenSettings,
      ...accountSettings,
      ...settings,
    };
    return new ManagedProcess(binary, [command], { env: env as unknown as NodeJS.ProcessEnv, cwd: this.#directory });
  }

  /** Browsers reach the service directly in better-auth-client mode: all users have one address. */
  #accountSettings(): Record<string, string> {
    if (this.mode === "backend") return { ACCOUNTS: "on" };
    return this.mode === "better-auth-client" ? { ACCOUNTS: "on", RATE_LIMIT: "off" } : {};
  }

  #databaseUrl(): string {
    return `postgres://postgres@127.0.0.1:${postgresPort()}/${this.#database}`;
  }
}

function postgresPort(): number {
  return Number(process.env.E2E_POSTGRES_PORT);
}
