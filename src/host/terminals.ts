/**
 * The shells of the machines: terminals that pages open by name, and the one behind the exec endpoint. Directory,
 * variables, functions and history are kept on disk; what runs in the foreground is not.
 */

import type { ExecDocument } from "../api/cluster";
import type { Input, Output, ProgramTable, SignalName, Sys, Tty } from "../api/process";
import { complete, type Transport } from "../cli";
import { wired } from "../core/net/links";
import { createPty, interactive, type Pty, ShellSession, type ShellState } from "../shell";
import { emptyInput } from "./byte-queue";
import { seededRandom } from "./chance";
import { createHostFiles, type FileStore } from "./host-files";
import type { Kernels } from "./kernel";
import type { Storage } from "./ports";
import { Running, type Surroundings } from "./runner";
import type { Simulation } from "./simulation";
import type { Wire } from "./wire";

/** Characters of a terminal's past that a page gets when it comes back. */
const SCROLLBACK = 200_000;
export const HOME = "/root";

export interface TerminalsOptions {
  readonly simulation: Simulation;
  readonly wire: Wire;
  readonly programs: ProgramTable;
  readonly fileStore: FileStore;
  readonly storage: Storage;
  readonly kernels: Kernels;
  readonly transport: (machine: string) => Transport;
  readonly output: (terminal: string, data: string, replay?: boolean) => void;
  readonly closed: (terminal: string) => void;
  readonly edit: (terminal: string, machine: string, path: string) => void;
}

/** A shell or command that somebody on another machine started over the network. */
export interface Login {
  /** The exit code, or why the connection went. */
  readonly ended: Promise<number | "closed" | "lost">;
  signal(name: SignalName): void;
}

export interface LoginRequest {
  readonly from: string;
  readonly machine: string;
  /** A line for `bash -c`; a login shell when left out. */
  readonly command?: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly tty?: Tty;
}

interface OpenLogin {
  readonly from: string;
  readonly machine: string;
  break(why: "closed" | "lost"): void;
}

interface Terminal {
  readonly machine: string;
  readonly pty: Pty;
  readonly session: ShellSession;
  past: string;
}

export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #terminals = new Map<string, Terminal>();
  readonly #sessions = new Map<string, ShellSession>();
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #logins = new Set<OpenLogin>();
  /** Terminals that show a machine which is off. */
  readonly #dark = new Map<string, string>();

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  /** Opens it, or shows an open one again. */
  open(name: string, machine: string, columns: number, rows: number): void {
    const known = this.#terminals.get(name);
    if (known) {
      known.pty.master.resize(columns, rows);
      this.#options.output(name, known.past, true);
      return;
    }
    const row = this.#options.simulation.view.table("machines").get(machine);
    if (!row) {
      this.#options.closed(name);
      return;
    }
    if (row.power === "off") {
      this.#darken(name, machine);
      return;
    }
    this.#start(name, machine, columns, rows);
  }

  input(name: string, data: string): void {
    this.#terminals.get(name)?.pty.master.input(new TextEncoder().encode(data));
  }

  resize(name: string, columns: number, rows: number): void {
    this.#terminals.get(name)?.pty.master.resize(columns, rows);
  }

  close(name: string): void {
    this.#dark.delete(name);
    this.#terminals.get(name)?.pty.master.hangup();
    this.#terminals.delete(name);
  }

  /** A shell of another machine, for who comes over the network. */
  login({ from, machine, command, stdin, stdout, stderr, tty }: LoginRequest): Login {
    const argv = command === undefined ? ["-bash"] : ["bash", "-c", command];
    const shell = this.#options.programs("bash");
    const running = this.#run(
      machine,
      stdin,
      stdout,
      tty,
      (sys) =>
        command === undefined && tty ? this.#interactive(machine, sys) : (shell?.(sys) ?? Promise.resolve(127)),
      { argv, stderr },
    );
    const ended = new Promise<number | "closed" | "lost">((resolve) => {
      const login: OpenLogin = {
        from,
        machine,
        break: (why) => {
          resolve(why);
          running.signal("SIGKILL");
        },
      };
      this.#logins.add(login);
      void running.exited.then((code) => {
        this.#logins.delete(login);
        resolve(code);
      });
    });
    return { ended, signal: (name) => running.signal(name) };
  }

  #interactive(machine: string, sys: Sys): Promise<number> {
    const session = new ShellSession(sys, { dialect: "bash", name: "bash" });
    return interactive(session, sys, {
      prompt: () => promptText(machine, session.cwd),
      complete: (line, cursor) => this.#complete(machine, line.slice(0, cursor)),
    });
  }

  /** Power or a cable changed: shells end with their machine, and so do connections to it. */
  machinesChanged(): void {
    const { view } = this.#options.simulation;
    const machines = view.table("machines");
    for (const login of [...this.#logins]) {
      if (machines.get(login.machine)?.power !== "on") login.break("closed");
      else if (!wired(view, login.from, login.machine)) login.break("lost");
    }
    for (const [name, terminal] of [...this.#terminals]) {
      const row = machines.get(terminal.machine);
      if (row?.power === "on") continue;
      this.#terminals.delete(name);
      terminal.pty.master.hangup();
      if (row) this.#darken(name, terminal.machine);
      else this.#options.closed(name);
    }
    for (const machine of [...this.#sessions.keys()])
      if (machines.get(machine)?.power !== "on") this.#sessions.delete(machine);
    for (const [name, machine] of [...this.#dark]) {
      if (machines.get(machine)?.power === "off") continue;
      this.#dark.delete(name);
      this.#options.closed(name); // whoever shows it opens it anew
    }
  }

  #darken(name: string, machine: string): void {
    this.#dark.set(name, machine);
    this.#options.output(name, `\r\n${machine} is off.\r\n`);
  }

  /** The working directory of the machine's exec shell: relative file paths count from there. */
  cwd(machine: string): string {
    return this.#sessions.get(machine)?.cwd ?? this.#saved(`exec:${machine}`)?.cwd ?? HOME;
  }

  /** One line, run by the shell that is kept for the machine; calls wait for each other. `signal` is Ctrl-C: nobody waits any more. */
  exec(machine: string, command: string, cwd: string | undefined, signal?: AbortSignal): Promise<ExecDocument> {
    const before = this.#queues.get(machine) ?? Promise.resolve();
    const mine = before.then(() => this.#exec(machine, command, cwd, signal));
    this.#queues.set(
      machine,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /** All shells end: the cluster is reset. */
  reset(): string[] {
    const names = [...this.#terminals.keys()];
    for (const terminal of this.#terminals.values()) terminal.pty.master.hangup();
    this.#terminals.clear();
    this.#sessions.clear();
    this.#queues.clear();
    return names;
  }

  async #exec(
    machine: string,
    command: string,
    cwd: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ExecDocument> {
    const out = new Gatherer();
    const err = new Gatherer();
    const session = this.#sessions.get(machine) ?? (await this.#session(machine, `exec:${machine}`));
    this.#sessions.set(machine, session);
    const streams = { stdin: emptyInput, stdout: out, stderr: err };
    const before = session.cwd;
    const moved = cwd === undefined ? 0 : await session.run(`cd ${quoted(cwd)}`, streams);
    const interrupt = () => session.interrupt();
    signal?.addEventListener("abort", interrupt);
    const exitCode = moved === 0 && !signal?.aborted ? await session.run(command, streams) : moved;
    signal?.removeEventListener("abort", interrupt);
    const { cwd: after } = session;
    // A folder asked for is this command's alone: the shell stays where it was.
    if (cwd !== undefined && session.exited === undefined)
      await session.run(`cd ${quoted(before)}`, { ...streams, stderr: new Gatherer() });
    if (session.exited !== undefined) this.#sessions.delete(machine);
    this.#save(`exec:${machine}`, session);
    return { stdout: out.text(), stderr: err.text(), exitCode, cwd: after };
  }

  /** A session that no terminal is tied to. */
  #session(machine: string, key: string): Promise<ShellSession> {
    return new Promise((resolve) => {
      this.#run(machine, emptyInput, new Gatherer(), undefined, async (sys) => {
        const session = new ShellSession(sys, { dialect: "bash", name: "bash", interactive: false });
        this.#restore(key, session);
        resolve(session);
        await new Promise<void>((end) => sys.killed.addEventListener("abort", () => end()));
        this.#sessions.delete(machine); // somebody killed it: the next line gets a new one
        return 0;
      });
    });
  }

  #start(name: string, machine: string, columns: number, rows: number): void {
    const decoder = new TextDecoder();
    let running: Running | undefined;
    let session: ShellSession | undefined;
    const pty = createPty({
      columns,
      rows,
      output: (bytes) => this.#show(name, decoder.decode(bytes, { stream: true })),
      signal: (signal: SignalName) => (signal === "SIGINT" && session ? session.interrupt() : running?.signal(signal)),
    });
    running = this.#run(machine, pty.slave.input, pty.slave.output, pty.slave.tty, async (sys) => {
      const opened = new ShellSession(sys, {
        dialect: "bash",
        name: "bash",
        openEditor: (path) => this.#options.edit(name, machine, path),
      });
      session = opened;
      this.#restore(`terminal:${name}`, opened);
      this.#terminals.set(name, { machine, pty, session: opened, past: "" });
      this.#options.output(name, "", true);
      return interactive(opened, sys, {
        prompt: () => {
          this.#save(`terminal:${name}`, opened);
          return promptText(machine, opened.cwd);
        },
        complete: (line, cursor) => this.#complete(machine, line.slice(0, cursor)),
      });
    });
    void running.exited.then(() => {
      if (this.#terminals.get(name)?.pty !== pty) return;
      this.#terminals.delete(name);
      this.#options.closed(name);
    });
  }

  async #complete(machine: string, line: string): Promise<{ words: string[] } | undefined> {
    const command = line.split(/[|;&]/).at(-1)?.trimStart() ?? "";
    if (!/^docker\s/.test(command)) return undefined;
    const words = command.split(/\s+/).slice(1);
    const candidates = await complete(words, this.#options.transport(machine)).catch(() => []);
    return candidates.length > 0 ? { words: candidates } : undefined;
  }

  #run(
    machine: string,
    stdin: Input,
    stdout: Output,
    tty: Tty | undefined,
    program: (sys: Sys) => Promise<number>,
    options: { argv?: readonly string[]; stderr?: Output } = {},
  ): Running {
    const { simulation, wire, programs, fileStore, kernels } = this.#options;
    const origin = { machine };
    const memory = new Map<string, unknown>();
    const random = seededRandom(`${simulation.view.table("meta").get("seed")?.value}/${machine}`);
    const space = kernels.machineSpace(machine);
    const taken = new Set(space.list().map((process) => process.tty));
    let line = 0;
    while (taken.has(`pts/${line}`)) line++;
    const files = createHostFiles(fileStore, { kind: "machine", id: machine });
    const user = { uid: 0, gid: 0, name: "root" };
    const surroundings: Surroundings = {
      simulation,
      programs,
      files,
      net: wire.netOf(origin, { files, user }, (host) =>
        simulation.dispatchQuick("net.resolve", { from: origin, host }),
      ),
      hostname: machine,
      user,
      memoryLimit: 64 * 1024 * 1024,
      random,
      state: {
        get: (key) => memory.get(key),
        set: (key, value) => void memory.set(key, value),
        delete: (key) => void memory.delete(key),
        keys: () => [...memory.keys()],
      },
      recovered: false,
      space,
      kernel: kernels.kernelOf(origin, space, 0, random),
      terminal: `pts/${line}`,
      gate: () => undefined,
    };
    const env = {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME,
      USER: "root",
      SHELL: "/bin/bash",
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      HOSTNAME: machine,
    };
    return new Running(surroundings, program, {
      argv: options.argv ?? ["bash"],
      env,
      cwd: HOME,
      stdin,
      stdout,
      stderr: options.stderr ?? stdout,
      ...(tty ? { tty } : {}),
    });
  }

  #show(name: string, data: string): void {
    const terminal = this.#terminals.get(name);
    if (terminal) terminal.past = (terminal.past + data).slice(-SCROLLBACK);
    this.#options.output(name, data);
  }

  #restore(key: string, session: ShellSession): void {
    const saved = this.#saved(key);
    if (saved) session.restore(saved);
  }

  #saved(key: string): ShellState | undefined {
    const text = this.#options.storage.getMeta(`shell:${key}`);
    return text ? (JSON.parse(text) as ShellState) : undefined;
  }

  #save(key: string, session: ShellSession): void {
    const text = JSON.stringify(session.save());
    if (this.#options.storage.getMeta(`shell:${key}`) !== text) this.#options.storage.setMeta(`shell:${key}`, text);
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const promptText = (machine: string, cwd: string) =>
  `\x1b[32m${machine}\x1b[0m:\x1b[34m${cwd === HOME ? "~" : cwd.replace(/^\/root\//, "~/")}\x1b[0m$ `;

/** Keeps what is written, up to a bound. */
class Gatherer implements Output {
  #parts: Uint8Array[] = [];
  #size = 0;

  async write(data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
    if (this.#size > MAX_GATHERED) return;
    this.#size += bytes.length;
    this.#parts.push(bytes);
  }

  text(): string {
    const decoder = new TextDecoder();
    return this.#parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  }
}

/** Bytes of output that one exec call answers with. */
const MAX_GATHERED = 8 * 1024 * 1024;
