/**
 * Runs one program: builds the system calls it sees (`Sys`), delivers signals, decides its exit code. Serves both the
 * processes of containers (`process-table.ts`) and what a shell on a machine starts (`terminals.ts`).
 */
import type {
  Child,
  Files,
  Input,
  Kernel,
  Net,
  Output,
  ProcessInfo,
  Program,
  ProgramState,
  ProgramTable,
  SignalName,
  SpawnOptions,
  Sys,
  Tty,
} from "../api/process";
import { PROGRAM_SIZE } from "../core/engine/process-cost";
import { emptyInput, nullOutput } from "./byte-queue";
import { findExecutable, SpawnError } from "./executables";
import { procFiles } from "./proc-files";
import { ProcessNet } from "./process-net";
import type { Member, ProcessSpace } from "./process-space";
import type { Simulation } from "./simulation";

/** Everything a program and its children share. */
export interface Surroundings {
  readonly simulation: Simulation;
  readonly programs: ProgramTable;
  readonly files: Files;
  readonly net: Net;
  readonly hostname: string;
  readonly user: { readonly uid: number; readonly gid: number; readonly name: string };
  readonly memoryLimit: number;
  readonly random: () => number;
  readonly state: ProgramState;
  readonly recovered: boolean;
  /** The name space its processes have their numbers in. */
  readonly space: ProcessSpace;
  readonly kernel: Kernel;
  /** The terminal's name where there is one: pts/0. */
  readonly terminal?: string;
  /** Resolves when the process may go on (docker pause). */
  gate(): Promise<void> | undefined;
}

export interface RunOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin?: Input;
  readonly stdout?: Output;
  readonly stderr?: Output;
  readonly tty?: Tty;
  readonly stdoutTty?: boolean;
  /** Process 1 of a container: signals it does not handle have no effect on it, but for SIGKILL. */
  readonly init?: boolean;
  /** The command line as lists of processes show it, where it is not `argv`. */
  readonly shown?: readonly string[];
  /** Who started it, in its own name space; 0 when it came from outside. */
  readonly parent?: number;
}

const SIGNAL_NUMBERS: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGWINCH: 28,
};
const HARMLESS = new Set<string>(["SIGWINCH", "SIGCONT", "SIGTSTP", "SIGCHLD", "SIGURG"]);

/** Processor time that starting a small tool takes. Milliseconds. */
const START_COST = 4;

export class Running implements Member {
  readonly pid: number;
  /** The exit code; never rejects. */
  readonly exited: Promise<number>;
  readonly #surroundings: Surroundings;
  #options: RunOptions;
  readonly #handlers = new Map<string, Set<() => void>>();
  readonly #killed = new AbortController();
  readonly #children = new Set<Running>();
  readonly #net: ProcessNet;
  #finish: (code: number) => void = () => undefined;
  #ended = false;
  readonly #startedAt: number;
  /** Stopped by SIGSTOP: it waits here until SIGCONT. */
  #stopped: { promise: Promise<void>; goOn: () => void } | undefined;
  /** Calls it waits in now: more than zero means it has come to rest. */
  #waiting = 0;
  #everWaited = false;
  /** Programs it has been so far. */
  #age = 0;

  constructor(surroundings: Surroundings, program: Program, options: RunOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
    this.pid = surroundings.space.nextPid();
    this.#startedAt = surroundings.simulation.now();
    this.#net = new ProcessNet(surroundings.net, {
      wait: (call) => this.#wait(call),
      listening: () => this.#listening(),
    });
    this.exited = new Promise((resolve) => {
      this.#finish = (code) => {
        if (this.#ended) return;
        this.#ended = true;
        surroundings.space.leave(this);
        for (const child of this.#children) child.signal("SIGKILL");
        this.#net.close();
        resolve(code);
      };
    });
    surroundings.space.enter(this);
    this.#begin(program);
  }

  /** Only the program that it is by then decides how it ends. */
  #begin(program: Program): void {
    const age = ++this.#age;
    program(this.#sys()).then(
      (code) => age === this.#age && this.#finish(code & 255),
      (error) => age === this.#age && this.#crashed(error),
    );
  }

  /** True while it computes; false once it waits for time, input, a connection or a child, or has ended. */
  get busy(): boolean {
    return !this.#ended && !(this.#everWaited && this.#waiting > 0);
  }

  get ended(): boolean {
    return this.#ended;
  }

  info(): ProcessInfo {
    const { user, terminal } = this.#surroundings;
    const { argv, parent = 0, tty, shown = argv } = this.#options;
    return {
      pid: this.pid,
      ppid: parent,
      uid: user.uid,
      user: user.name,
      argv: shown,
      name: (argv[0] ?? "").replace(/^.*\//, ""),
      state: this.#stopped ? "T" : this.busy ? "R" : "S",
      startedAt: this.#startedAt,
      cpuTime: START_COST,
      memory: PROGRAM_SIZE,
      ...(tty ? { tty: terminal ?? "pts/0" } : {}),
    };
  }

  signal(name: string): void {
    if (this.#ended) return;
    if (name === "SIGSTOP") {
      this.#stop();
      return;
    }
    if (name === "SIGCONT" || name === "SIGKILL") this.#goOn();
    const handlers = this.#handlers.get(name);
    if (name !== "SIGKILL" && handlers && handlers.size > 0) {
      for (const handler of [...handlers]) handler();
      return;
    }
    if (name !== "SIGKILL" && (this.#options.init || HARMLESS.has(name))) return;
    this.#killed.abort(new Error(name));
    this.#finish(128 + (SIGNAL_NUMBERS[name] ?? 15));
  }

  #stop(): void {
    if (this.#stopped) return;
    let goOn: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    this.#stopped = { promise, goOn };
  }

  #goOn(): void {
    this.#stopped?.goOn();
    this.#stopped = undefined;
  }

  #crashed(error: unknown): void {
    if (this.#ended) return;
    const code = (error as { code?: unknown } | undefined)?.code;
    if (code === "EPIPE") {
      this.#finish(141);
      return;
    }
    const full = code === "ENOSPC";
    const text = full ? "write error: No space left on device" : error instanceof Error ? error.message : String(error);
    void (this.#options.stderr ?? nullOutput).write(`${this.#options.argv[0]}: ${text}\n`).catch(() => undefined);
    this.#finish(full ? 1 : 70);
  }

  /** Marks that the program waits in a system call, and holds it while paused or stopped. */
  async #wait<T>(call: Promise<T>): Promise<T> {
    const age = this.#age;
    this.#waiting++;
    this.#everWaited = true;
    try {
      const result = await call;
      const gate = this.#surroundings.gate();
      if (gate) await gate;
      if (this.#stopped) await this.#stopped.promise;
      return result;
    } finally {
      if (age === this.#age) this.#waiting--;
    }
  }

  /** A server is at rest between requests. */
  #listening(): () => void {
    this.#everWaited = true;
    this.#waiting++;
    return () => {
      this.#waiting--;
    };
  }

  #sys(): Sys {
    const { hostname, user, memoryLimit, random, state, recovered, simulation, kernel } = this.#surroundings;
    const files = procFiles(this.#surroundings.files, kernel, this.pid, () => simulation.now());
    const { argv, env, cwd, tty } = this.#options;
    const killed = this.#killed.signal;
    const stdin = this.#options.stdin ?? emptyInput;
    const guard = (output: Output): Output => ({
      write: async (data) => {
        if (killed.aborted) throw killed.reason;
        await output.write(data);
      },
    });
    return {
      argv,
      env: { ...env },
      cwd,
      hostname,
      pid: this.pid,
      user,
      files,
      stdin: { read: () => this.#wait(stdin.read()) },
      stdout: guard(this.#options.stdout ?? nullOutput),
      stderr: guard(this.#options.stderr ?? nullOutput),
      ...(tty ? { tty } : {}),
      ...(this.#options.stdoutTty === undefined ? {} : { stdoutTty: this.#options.stdoutTty }),
      net: this.#net.calls(),
      clock: {
        now: () => simulation.now(),
        sleep: (millis, signal) => this.#wait(simulation.sleepers.sleep(millis, signal, killed)),
      },
      random,
      onSignal: (signal, handler) => this.#onSignal(signal, handler),
      killed,
      spawn: (words, options) => this.#spawn(words, options),
      exec: (words, options) => this.#exec(words, options),
      state,
      recovered,
      memoryLimit,
      kernel,
    };
  }

  #onSignal(signal: SignalName, handler: () => void): () => void {
    const handlers = this.#handlers.get(signal) ?? new Set();
    this.#handlers.set(signal, handlers);
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  /** The program that `argv` names and how it runs, with what it inherits from here. */
  #prepare(argv: readonly string[], options: SpawnOptions): { program: Program; run: RunOptions } {
    const env = options.env ?? this.#options.env;
    const cwd = options.cwd ?? this.#options.cwd;
    const found = findExecutable(this.#surroundings.files, this.#surroundings.programs, argv, env, cwd);
    const inherits = options.stdin === undefined;
    const run = {
      argv: found.argv,
      env,
      cwd,
      stdin: options.stdin ?? this.#options.stdin,
      stdout: options.stdout ?? this.#options.stdout,
      stderr: options.stderr ?? this.#options.stderr,
      tty: options.tty === undefined ? (inherits ? this.#options.tty : undefined) : options.tty || undefined,
      stdoutTty: options.stdoutTty ?? this.#options.stdoutTty,
    };
    return { program: found.program, run };
  }

  async #exec(argv: readonly string[], options: SpawnOptions = {}): Promise<never> {
    const { program, run } = this.#prepare(argv, options);
    const { init, parent } = this.#options;
    this.#options = { ...run, ...(init === undefined ? {} : { init }), ...(parent === undefined ? {} : { parent }) };
    this.#handlers.clear();
    this.#waiting = 0;
    this.#everWaited = false;
    this.#begin(program);
    return new Promise<never>(() => undefined);
  }

  #spawn(argv: readonly string[], options: SpawnOptions = {}): Child {
    const { program, run } = this.#prepare(argv, options);
    const child = new Running(this.#surroundings, program, { ...run, parent: this.pid });
    this.#children.add(child);
    const exited = this.#wait(child.exited).finally(() => this.#children.delete(child));
    return { pid: child.pid, exited, kill: (signal) => child.signal(signal) };
  }
}

/** Starts what `argv` names. Throws SpawnError. */
export function start(surroundings: Surroundings, options: RunOptions): Running {
  const found = findExecutable(surroundings.files, surroundings.programs, options.argv, options.env, options.cwd);
  return new Running(surroundings, found.program, { ...options, argv: found.argv });
}

export { SpawnError };
