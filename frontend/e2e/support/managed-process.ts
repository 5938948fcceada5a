// A child process with its output.
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

export class ManagedProcess {
  readonly #child: ChildProcess;
  #output = "";

  constructor(command: string, args: string[], options: SpawnOptions) {
    this.#child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on("data", (chunk) => (this.#output += chunk));
    }
    this.#child.on("error", (error) => (this.#output += error.message));
  }

  /** Waits for a line of output. */
  async waitForOutput(line: RegExp, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!line.test(this.#output)) {
      if (this.#hasExited()) throw new Error(`exited with ${this.#child.exitCode}:\n${this.#output}`);
      if (Date.now() > deadline) throw new Error(`no output matching ${line}:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits for exit code 0. */
  async waitForSuccess(): Promise<string> {
    if (!this.#hasExited()) await once(this.#child, "close");
    if (this.#child.exitCode !== 0) throw new Error(`exited with ${this.#child.exitCode}:\n${this.#output}`);
    return this.#output;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#hasExited()) return;
    const closed = once(this.#child, "close");
    this.#child.kill(signal);
    this.resume();
    await closed;
  }

  /** Suspends the process: its sockets stay open, but it does not respond. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  #hasExited(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
