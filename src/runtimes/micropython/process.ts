/**
 * A Python process in a container: boots a machine on `Sys`, runs the program to its end, then serves HTTP for as long
 * as the program asked to (`app.run()` ends the top level; from then on every request is a top-level call of its own,
 * because MicroPython collects garbage only between those).
 *
 * Budgets: a program that computes PROGRAM_SLICES without once waiting is killed with 137. A request that computes
 * REQUEST_SLICES gets KeyboardInterrupt, which the dispatcher answers with 500; when that does not stop it the process is
 * killed. Memory beyond the container's limit kills with 137, as the kernel does; one absurd allocation is a MemoryError.
 */
import type { HttpRequest, HttpResponse, Sys } from "../../api/process";
import { GRACE_SLICES, MACHINE_BYTES, PROGRAM_SLICES, REQUEST_SLICES, SLICES_PER_TURN } from "../limits";
import { Descriptors, type Device } from "./descriptors";
import { failure } from "./errno";
import { frameRequest, readResponse } from "./frames";
import { type HostCall, HostDevice } from "./host-device";
import { canSuspend, createMachine, Killed, type Machine, type PythonError } from "./machine";
import { networkCalls } from "./network";
import { fromPython2 } from "./python2";
import { InputDevice, OutputDevice } from "./streams";
import { explain } from "./traceback";
import { libraryDir, libraryFiles, type PythonVersion } from "./version";

/** How `python` was called, after its own options. */
export interface Invocation {
  readonly version: PythonVersion;
  readonly mode: "file" | "command" | "module" | "stdin" | "interactive";
  readonly target: string; // path, source text or module name
  readonly argv: readonly string[]; // sys.argv
  readonly unbuffered: boolean;
}

const SIGNALS: Readonly<Record<number, "SIGHUP" | "SIGINT" | "SIGUSR1" | "SIGUSR2" | "SIGTERM">> = {
  1: "SIGHUP",
  2: "SIGINT",
  10: "SIGUSR1",
  12: "SIGUSR2",
  15: "SIGTERM",
};
const SERVE = "_ServeForever";
const decoder = new TextDecoder();

export class PythonProcess {
  readonly #sys: Sys;
  readonly #call: Invocation;
  readonly #stdout: OutputDevice;
  readonly #stderr: OutputDevice;
  readonly #stdin: InputDevice;
  readonly #fds: Descriptors;
  readonly #machine: Machine;
  readonly #pendingSignals: number[] = [];
  #wake: (() => void) | undefined;
  #slices = 0;
  #budget = PROGRAM_SLICES;
  #interrupted = false;
  #closers: (() => void)[] = [];
  #open: () => void = () => {};
  /** Requests wait for the program to reach its serving end, then for each other: one stack, one call at a time. */
  #queue: Promise<unknown> = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  #request: HttpRequest | undefined;
  #requestPort = 0;
  /** Handles the request that waits (`_serve.respond`). */
  #answerOne: () => Promise<PythonError | undefined> = async () => undefined;
  #response: HttpResponse | undefined;
  #stop: ((code: number) => void) | undefined;
  #dead: Killed | undefined;

  constructor(sys: Sys, call: Invocation, module: WebAssembly.Module) {
    this.#sys = sys;
    this.#call = call;
    const unbuffered = call.unbuffered || Boolean(sys.env.PYTHONUNBUFFERED);
    this.#stdout = new OutputDevice(sys.stdout, unbuffered ? "none" : sys.tty ? "line" : "block");
    this.#stderr = new OutputDevice(sys.stderr, "none");
    const beforeWait = () => this.#beforeWait();
    this.#stdin = new InputDevice(sys.stdin, beforeWait);
    this.#fds = new Descriptors({
      files: sys.files,
      cwd: sys.cwd,
      devices: {
        "/dev/host": new HostDevice(this.#hostCalls(), beforeWait),
        "/dev/stdin": this.#stdin,
        "/dev/stdout": this.#stdout,
        "/dev/stderr": this.#stderr,
        "/dev/null": { read: () => new Uint8Array(0), write: () => {} },
      },
      standard: [this.#stdin, this.#stdout, withoutNotice(this.#stderr)],
      library: libraryFiles(call.version),
      ...(call.version.major === 2 ? { translate: translatePython2 } : {}),
    });
    const ceiling = Math.min(sys.memoryLimit, MACHINE_BYTES);
    this.#machine = createMachine(module, {
      descriptors: this.#fds,
      now: () => sys.clock.now(),
      random: () => sys.random(),
      tick: () => this.#tick(),
      mayGrow: (bytes) => this.#mayGrow(bytes, ceiling),
    });
  }

  /** Runs the program; resolves with its exit code. */
  async run(): Promise<number> {
    const undo = this.#sys.onSignal("SIGINT", () => this.#interrupt());
    try {
      const boot = await this.#exec(
        `import sys\nsys.path[:] = ["${libraryDir(this.#call.version)}", ".frozen"]\nimport _boot, _serve`,
      );
      if (boot) return await this.#report(boot);
      if (this.#call.mode === "interactive") return await this.#interactive();
      const error = await this.#exec("exec(__import__('_boot').code())");
      if (error?.type === SERVE) return await this.#serve();
      return await this.#finish(error);
    } catch (error) {
      return await this.#killed(error);
    } finally {
      undo();
      for (const close of this.#closers) close();
      await Promise.all([this.#stdout.drained(), this.#stderr.drained()]);
    }
  }

  async #exec(source: string): Promise<PythonError | undefined> {
    this.#slices = 0;
    return this.#machine.exec(source);
  }

  async #finish(error: PythonError | undefined): Promise<number> {
    const late = await this.#exec("__import__('_boot').finish()");
    this.#flush();
    return this.#report(error ?? late);
  }

  /** Prints an uncaught exception as CPython does and gives the exit code. */
  async #report(error: PythonError | undefined): Promise<number> {
    this.#flush();
    if (!error) return 0;
    const said = explain(error, this.#call.version, (path) => this.#source(path));
    if (error.type === "SystemExit") {
      const value = said.message;
      if (value === "" || value === "None") return 0;
      if (/^-?\d+$/.test(value)) return Number(value) & 255;
      await this.#sys.stderr.write(`${value}\n`);
      return 1;
    }
    await this.#sys.stderr.write(said.text);
    return error.type === "KeyboardInterrupt" ? 130 : 1;
  }

  async #killed(error: unknown): Promise<number> {
    if (this.#sys.killed.aborted) return 137;
    if (!(error instanceof Killed) && !(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError))
      throw error;
    this.#fds.flushAll();
    if (error instanceof Killed) return error.exitCode;
    await this.#sys.stderr.write("Fatal Python error: Segmentation fault\n");
    return 139;
  }

  #translated(text: string): string {
    return this.#call.version.major === 2 && this.#call.mode === "command" ? fromPython2(text) : text;
  }

  #source(path: string): string | undefined {
    if (path === "<string>" || path === "<stdin>") return undefined;
    try {
      return decoder.decode(
        libraryFiles(this.#call.version).get(path) ?? this.#sys.files.readFile(this.#fds.resolve(path)),
      );
    } catch {
      return undefined;
    }
  }

  async #interactive(): Promise<number> {
    for (;;) {
      const error = await this.#exec("exec(__import__('_boot').interact())");
      if (error === undefined) continue;
      if (error.type === "_EndOfInput") return this.#finish(undefined);
      if (error.type === "SystemExit") return this.#finish(error);
      await this.#report(error);
    }
  }

  // --- serving -------------------------------------------------------------------------------------------------------

  async #serve(): Promise<number> {
    const stopped = new Promise<number>((resolve) => {
      this.#stop = resolve;
    });
    this.#sys.killed.addEventListener("abort", () => this.#stop?.(137));
    this.#answerOne = this.#machine.entry("_serve", "respond");
    this.#open();
    const code = await stopped;
    if (this.#dead) throw this.#dead;
    if (code >= 128) return code;
    return this.#finish(undefined);
  }

  #answer(port: number, request: HttpRequest): Promise<HttpResponse> {
    const turn = this.#queue.then(() => this.#handle(port, request));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #handle(port: number, request: HttpRequest): Promise<HttpResponse> {
    if (this.#dead || this.#sys.killed.aborted) throw failure("ECONNRESET");
    this.#request = request;
    this.#requestPort = port;
    this.#response = undefined;
    this.#budget = REQUEST_SLICES;
    this.#interrupted = false;
    try {
      this.#slices = 0;
      const error = await this.#answerOne();
      this.#beforeWait();
      if (error?.type === "SystemExit") this.#stop?.(await this.#report(error));
      else if (error) await this.#report(error);
    } catch (error) {
      this.#dead = error instanceof Killed ? error : new Killed(139);
      this.#stop?.(this.#dead.exitCode);
      throw failure("ECONNRESET");
    }
    if (!this.#response) throw failure("ECONNRESET");
    return this.#response;
  }

  // --- budgets -------------------------------------------------------------------------------------------------------

  #tick(): void | Promise<void> {
    if (this.#sys.killed.aborted) throw new Killed(137);
    this.#slices++;
    if (this.#slices > this.#budget) this.#overBudget();
    if (this.#slices % SLICES_PER_TURN !== 0 || !canSuspend) return;
    return this.#turn();
  }

  /** Lets timers and other requests of the isolate run, and waits for readers of the output. */
  async #turn(): Promise<void> {
    await Promise.all([this.#stdout.drained(), this.#stderr.drained()]);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    if (this.#sys.killed.aborted) throw new Killed(137);
  }

  #overBudget(): void {
    if (this.#budget === PROGRAM_SLICES || this.#interrupted) {
      this.#stderr.write(encode("python: killed: endless loop (too much computing without a pause)\n"));
      throw new Killed(137);
    }
    this.#interrupted = true;
    this.#slices = this.#budget - GRACE_SLICES;
    this.#stderr.write(encode("python: request interrupted: endless loop (too much computing without a pause)\n"));
    this.#machine.interrupt();
  }

  #mayGrow(bytes: number, ceiling: number): boolean {
    if (bytes <= ceiling) return true;
    // One allocation far beyond everything: malloc itself would refuse it. Creeping growth meets the kernel instead.
    if (bytes > ceiling * 4 || bytes < this.#machine.memoryBytes()) return false;
    throw new Killed(137);
  }

  #interrupt(): void {
    if (this.#stop) {
      this.#stop(0); // app.run() returns on Ctrl-C
      return;
    }
    this.#machine.interrupt();
    this.#wake?.();
  }

  // --- host calls ----------------------------------------------------------------------------------------------------

  #flush(): void {
    this.#fds.flushAll();
    this.#stdout.flush();
  }

  /** A wait ends a stretch of computing and must not keep other processes from seeing our files. */
  #beforeWait(): void {
    if (!canSuspend) throw failure("ENOSYS");
    this.#slices = 0;
    this.#fds.flushAll();
    if (this.#sys.tty) this.#stdout.flush();
  }

  #hostCalls(): Record<string, HostCall> {
    const sys = this.#sys;
    return {
      ...networkCalls(sys),
      config: () =>
        JSON.stringify({
          mode: this.#call.mode,
          target: this.#translated(this.#call.target),
          argv: this.#call.argv,
          env: sys.env,
          hostname: sys.hostname,
          pid: sys.pid,
          uid: sys.user.uid,
          gid: sys.user.gid,
          user: sys.user.name,
          tty: sys.tty !== undefined,
          version: this.#call.version,
          lib: libraryDir(this.#call.version),
        }),
      sleep: ([seconds = "0"]) => this.#sleep(Number(seconds)),
      flush: () => {
        this.#stdout.flush();
        return undefined;
      },
      line: () => {
        this.#stdout.flush();
        return this.#stdin.line();
      },
      serve: ([port = ""]) => {
        const number = Number(port);
        const handle = sys.net.listen(number, { http: (request) => this.#answer(number, request) });
        this.#closers.push(() => handle.close());
        return undefined;
      },
      request: () => (this.#request ? frameRequest(this.#requestPort, this.#request) : new Uint8Array(0)),
      respond: (_args, raw) => {
        this.#response = readResponse(raw);
        return undefined;
      },
      translate: (_args, raw) => (this.#call.version.major === 2 ? fromPython2(decoder.decode(raw)) : raw),
      traceback: ([type = "", text = ""]) =>
        explain({ type, traceback: text }, this.#call.version, (path) => this.#source(path)).text,
      signal: ([number = ""]) => this.#watch(Number(number)),
      signals: () => this.#pendingSignals.splice(0).join(" "),
      chmod: ([path = "", mode = ""]) => {
        sys.files.chmod(this.#fds.resolve(path), Number(mode));
        return undefined;
      },
      symlink: ([target = "", path = ""]) => {
        sys.files.symlink(target, this.#fds.resolve(path));
        return undefined;
      },
      readlink: ([path = ""]) => sys.files.readlink(this.#fds.resolve(path)),
      realpath: ([path = ""]) => sys.files.realpath(this.#fds.resolve(path)),
      lstat: ([path = ""]) => sys.files.lstat(this.#fds.resolve(path)).type,
      spawn: async ([shell = "", ...argv]) => this.#spawn(shell === "shell" ? ["/bin/sh", "-c", ...argv] : argv),
    };
  }

  /** Runs a child to its end; answers its exit code, then what it wrote. */
  async #spawn(argv: readonly string[]): Promise<string> {
    const out: string[] = [];
    const gather = {
      write: async (data: Uint8Array | string) => void out.push(typeof data === "string" ? data : decoder.decode(data)),
    };
    this.#stdout.flush();
    const child = this.#sys.spawn(argv, { stdout: gather, stderr: this.#sys.stderr });
    return `${await child.exited}\0${out.join("")}`;
  }

  async #sleep(seconds: number): Promise<string> {
    const end = this.#sys.clock.now() + seconds * 1000;
    if (this.#pendingSignals.length === 0) {
      const stop = new AbortController();
      this.#wake = () => stop.abort();
      await this.#sys.clock.sleep(Math.max(0, seconds * 1000), stop.signal).catch(() => {});
      this.#wake = undefined;
    }
    if (this.#sys.killed.aborted) throw new Killed(137);
    return String(Math.max(0, end - this.#sys.clock.now()) / 1000);
  }

  #watch(number: number): undefined {
    const name = SIGNALS[number];
    if (!name) throw failure("EINVAL");
    this.#closers.push(
      this.#sys.onSignal(name, () => {
        this.#pendingSignals.push(number);
        this.#wake?.();
        if (this.#stop) void this.#deliver();
      }),
    );
    return undefined;
  }

  /** A signal while serving: its handler is a top-level call between two requests. */
  async #deliver(): Promise<void> {
    const turn = this.#queue.then(() => this.#exec("__import__('_boot').deliver()"));
    this.#queue = turn.catch(() => {});
    const error = await turn.catch(() => undefined);
    if (error) this.#stop?.(await this.#report(error));
  }
}

/** Installed packages are ours and need no translation. */
function translatePython2(path: string, data: Uint8Array): Uint8Array {
  return path.includes("/site-packages/") ? data : encode(fromPython2(decoder.decode(data)));
}

/** MicroPython says on every `raise ... from` that it keeps no causes; CPython has nothing to say. */
function withoutNotice(stderr: OutputDevice): Device {
  return {
    read: () => new Uint8Array(0),
    write: (data) => {
      if (decoder.decode(data).trimEnd() !== "Warning: exception chaining not supported") stderr.write(data);
    },
  };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
