/** A real server for a test: `npm start` on a free port, with a state directory of its own, killed and started again at will. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Server {
  /** `http://localhost:PORT`. */
  readonly origin: string;
  readonly port: number;
  readonly state: string;
  /** Everything it printed. */
  output(): string;
  /** Kills server and runtime outright, as a power failure would. */
  crash(): Promise<void>;
  /** Kills the runtime alone; the server starts it again. */
  crashRuntime(): void;
  /** Starts it again, with the same port and state. */
  start(): Promise<void>;
  /** Ends it as Ctrl-C does and removes its state. */
  stop(): Promise<void>;
}

/** Starts a server and resolves when it says that it is ready. */
export async function startServer(args: readonly string[] = []): Promise<Server> {
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), "slipway-state-"));
  let output = "";
  let child: ChildProcess;

  const start = (): Promise<void> => {
    const started = spawn(process.execPath, ["scripts/start.mjs", ...args], {
      cwd: root,
      env: { ...process.env, PORT: String(port), SLIPWAY_STATE: state },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    return new Promise((resolve, reject) => {
      const read = (part: Buffer): void => {
        output += part;
        if (String(part).includes("Slipway is ready at")) resolve();
      };
      started.stdout?.on("data", read);
      started.stderr?.on("data", read);
      started.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
    });
  };
  const end = (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending.exitCode !== null || ending.signalCode !== null) return Promise.resolve();
    const ended = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
    ending.kill(signal);
    return ended;
  };
  const crashRuntime = (): void => {
    process.kill(Number(readFileSync(join(state, "runtime.pid"), "utf8")), "SIGKILL");
  };
  await start();
  return {
    origin: `http://localhost:${port}`,
    port,
    state,
    output: () => output,
    crashRuntime,
    crash: async () => {
      const killed = end("SIGKILL");
      crashRuntime();
      await killed;
    },
    start,
    stop: async () => {
      await end("SIGTERM");
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
