/**
 * The runtime (workerd) as a child of this process: started on a port of its own choice, started again when it dies,
 * ended with us - also when we are killed outright, so that no stale one holds the state.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";

export interface RuntimeOptions {
  /** Path of the configuration. */
  readonly config: string;
  /** Directory of the Durable Objects' data; one runtime at a time. */
  readonly state: string;
  /** Directory of the built page. */
  readonly web: string;
  /** Where lines for a person go. */
  readonly log: (line: string) => void;
}

/** Deaths in a row, each within this many milliseconds of its start, after which we give up. */
const QUICK_DEATHS = 5;
const QUICK_DEATH_MILLIS = 2000;
/** Milliseconds a runtime may take to end by itself: it waits for open streams. */
const GRACE_MILLIS = 300;

/**
 * Starts the runtime and ends it when standard input closes, which is when we end, however we end. A shell does it
 * because it is there and costs nothing; where there is none (Windows), the pid file is what the next start goes by.
 */
const WARDEN =
  'exec 4<&0; "$@" </dev/null 4<&- & c=$!; echo $c >"$SLIPWAY_PID"; (exec 3>&-; cat <&4 >/dev/null; kill -9 $c) 2>/dev/null & exec 3>&- 4<&-; wait $c';

export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #pidFile: string;
  #child: ChildProcess | undefined;
  #port: Promise<number>;
  #stopped = false;
  #quickDeaths = 0;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#pidFile = join(options.state, "runtime.pid");
    endStale(this.#pidFile);
    this.#port = this.#start();
  }

  /** Where it listens; waits while it starts. */
  readonly port = (): Promise<number> => this.#port;

  /** Starts it anew, with a new configuration. */
  async restart(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    this.#kill("SIGKILL");
    await gone;
    await this.#port;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    this.#kill("SIGTERM");
    const timer = setTimeout(() => this.#kill("SIGKILL"), GRACE_MILLIS);
    await gone;
    clearTimeout(timer);
    rmSync(this.#pidFile, { force: true });
  }

  #start(): Promise<number> {
    const began = Date.now();
    const { config, state, web } = this.#options;
    const args = [
      "serve",
      config,
      "--directory-path",
      `state=${state}`,
      "--directory-path",
      `web=${web}`,
      "--control-fd=3",
    ];
    const binary = runtimeBinary();
    const child =
      process.platform === "win32"
        ? spawn(binary, args, { stdio: ["ignore", "inherit", "pipe", "pipe"] })
        : spawn("/bin/sh", ["-c", WARDEN, "sh", binary, ...args], {
            stdio: ["pipe", "inherit", "pipe", "pipe"],
            detached: true, // Ctrl-C is for us: we end it
            env: { ...process.env, SLIPWAY_PID: this.#pidFile },
          });
    this.#child = child;
    if (process.platform === "win32") writeFileSync(this.#pidFile, String(child.pid));
    passErrors(child.stderr as Readable, this.#options.log);
    const port = listening(child);
    port.catch(() => undefined);
    child.once("exit", () => {
      child.stdin?.destroy();
      if (this.#stopped) return;
      this.#quickDeaths = Date.now() - began < QUICK_DEATH_MILLIS ? this.#quickDeaths + 1 : 0;
      if (this.#quickDeaths >= QUICK_DEATHS) {
        this.#options.log("The runtime does not stay up; giving up.");
        process.exit(1);
      }
      this.#options.log("The runtime ended; starting it again.");
      this.#port = this.#start();
    });
    return port;
  }

  #kill(signal: NodeJS.Signals): void {
    const pid = readPid(this.#pidFile);
    try {
      if (pid) process.kill(pid, signal);
      else this.#child?.kill(signal);
    } catch {
      // It is gone already.
    }
  }
}

/** Resolves with the port it says it listens on. */
function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    (child.stdio[3] as Readable).setEncoding("utf8").on("data", (part: string) => {
      text += part;
      for (const line of text.split("\n").slice(0, -1)) {
        const news = JSON.parse(line) as { event: string; socket?: string; port?: number };
        if (news.event === "listen" && news.socket === "http" && news.port) resolve(news.port);
      }
      text = text.slice(text.lastIndexOf("\n") + 1);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error("the runtime ended before it listened")));
  });
}

/** What clients cause by going away is not worth a line. */
const NOISE = /disconnected: |Broken pipe|Connection reset by peer|other end of .* was canceled|^stack: |^\s*$/;

function passErrors(stream: Readable, log: (line: string) => void): void {
  let text = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    const lines = (text + part).split("\n");
    text = lines.pop() as string;
    for (const line of lines) if (!NOISE.test(line)) log(line);
  });
}

/** The binary that npm installed for this platform. */
function runtimeBinary(): string {
  const require = createRequire(import.meta.url);
  const packages: Record<string, string> = {
    "linux-x64": "linux-64",
    "linux-arm64": "linux-arm64",
    "darwin-x64": "darwin-64",
    "darwin-arm64": "darwin-arm64",
    "win32-x64": "windows-64",
  };
  const name = packages[`${process.platform}-${process.arch}`];
  if (!name) throw new Error(`No runtime for ${process.platform}-${process.arch}.`);
  const path = require.resolve(`@cloudflare/workerd-${name}/bin/workerd${process.platform === "win32" ? ".exe" : ""}`);
  if (process.platform !== "win32") chmodSync(path, 0o755);
  return path;
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  return Number.parseInt(readFileSync(file, "utf8"), 10) || undefined;
}

/** Ends a runtime that outlived the process that started it. Another program that got its number is left alone. */
function endStale(file: string): void {
  const pid = readPid(file);
  rmSync(file, { force: true });
  if (!pid || (process.platform === "linux" && !isRuntime(pid))) return;
  if (process.platform !== "linux") return; // the warden has seen to it
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return;
  }
  const until = Date.now() + 2000;
  while (isRuntime(pid) && Date.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

function isRuntime(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd");
  } catch {
    return false;
  }
}
