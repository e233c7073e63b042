/**
 * Processes wanted <-> processes running. The core writes rows; this makes them true and reports. Level-triggered: start,
 * a crash of the host, a reset are all the same comparison.
 */
import type { Input, Net, Output, ProgramState, ProgramTable, Sys, Tty } from "../api/process";
import type { ProcessRow } from "../core/machine/tables";
import { isChange } from "../core/store/schema";
import { createPty, type Pty } from "../shell";
import { ByteQueue, emptyInput } from "./byte-queue";
import { seededRandom } from "./chance";
import { createHostFiles, type FileStore } from "./host-files";
import type { Kernels } from "./kernel";
import { newAllowance, OutputBuffer } from "./output-buffer";
import type { Waker } from "./ports";
import { type Running, SpawnError, type Surroundings, start } from "./runner";
import type { Simulation } from "./simulation";
import type { Wire } from "./wire";

interface Live {
  readonly running: Running | undefined;
  readonly stdin: { write(bytes: Uint8Array): Promise<void>; end(): void } | undefined;
  readonly pty: Pty | undefined;
  readonly flush: () => void;
  delivered: number;
  paused: { promise: Promise<void>; open: () => void } | undefined;
}

interface Streams {
  readonly pty: Pty | undefined;
  readonly input: Input;
  readonly stdin: Live["stdin"];
  readonly output: Output;
  readonly tty?: Tty;
}

export interface ProcessTableOptions {
  readonly simulation: Simulation;
  readonly wire: Wire;
  readonly waker: Waker;
  readonly programs: ProgramTable;
  readonly fileStore: FileStore;
  readonly kernels: Kernels;
}

export class ProcessTable {
  readonly #options: ProcessTableOptions;
  readonly #live = new Map<string, Live>();
  #scheduled = false;
  #stopped = false;

  constructor(options: ProcessTableOptions) {
    this.#options = options;
    options.simulation.subscribe(({ changes }) => {
      if (changes.some((change) => isChange(change, "processes"))) this.#schedule();
    });
    options.simulation.settle = () => this.settle();
    options.simulation.busy = () => this.#busy();
  }

  /** Compares and acts. Rows that run already but have no life here are started again, recovered. */
  reconcile(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    const table = this.#options.simulation.view.table("processes");
    for (const [id, live] of this.#live) if (!table.has(id)) this.#end(id, live);
    const started: string[] = [];
    for (const row of [...table.all()]) {
      const current = table.get(row.id);
      if (!current) continue;
      const live = this.#live.get(row.id) ?? this.#start(current, started);
      if (live) this.#deliver(current, live);
    }
    this.#reportStarted(started);
  }

  /** Standard input of a container's or exec's process. */
  stdin(ownerId: string): Live["stdin"] {
    const row = this.#rowOf(ownerId);
    return row && this.#live.get(row.id)?.stdin;
  }

  resize(ownerId: string, columns: number, rows: number): void {
    const row = this.#rowOf(ownerId);
    const live = row && this.#live.get(row.id);
    live?.pty?.master.resize(columns, rows);
    live?.running?.signal("SIGWINCH");
  }

  /** A signal from outside its name space, by the row's id. */
  signal(process: string, name: string): void {
    this.#live.get(process)?.running?.signal(name);
  }

  /** Waits (real time, briefly) until every program waits for something. */
  async settle(): Promise<void> {
    const { waker } = this.#options;
    let calm = 0;
    for (let turn = 0; turn < 400 && calm < 2; turn++) {
      await new Promise<void>((resolve) => waker.setTimer(resolve, turn < 50 ? 0 : 5));
      const busy = this.#busy();
      calm = busy ? 0 : calm + 1;
    }
  }

  #busy(): boolean {
    return this.#scheduled || [...this.#live.values()].some((live) => live.running?.busy);
  }

  /** Ends everything without a report: the cluster is reset or the host goes away. */
  stop(): void {
    this.#stopped = true;
    for (const live of this.#live.values()) live.running?.signal("SIGKILL");
    this.#live.clear();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.reconcile());
  }

  #rowOf(ownerId: string): ProcessRow | undefined {
    return this.#options.simulation.view.table("processes").by("owner", ownerId)[0];
  }

  /** Adds it to `started` when the core does not know yet that it runs. */
  #start(row: ProcessRow, started: string[]): Live | undefined {
    const { simulation, waker } = this.#options;
    const recovered = row.state === "running";
    const skip = { left: recovered ? (simulation.view.table("outputs").get(row.id)?.bytes ?? 0) : 0 };
    const allowance = newAllowance(waker);
    const stream = (name: "stdout" | "stderr") =>
      new OutputBuffer(
        (bytes) => this.#report("process.wrote", { process: row.id, stream: name, bytes }),
        waker,
        allowance,
        skip,
      );
    const stdout = stream("stdout");
    const stderr = row.tty ? stdout : stream("stderr");
    const { pty, input, stdin, output, tty } = this.#streams(row, stdout, (signal) =>
      this.#live.get(row.id)?.running?.signal(signal),
    );
    const live: { -readonly [K in keyof Live]: Live[K] } = {
      running: undefined,
      stdin,
      pty,
      flush: () => {
        stdout.flush();
        stderr.flush();
      },
      delivered: row.signalsSeen,
      paused: undefined,
    };
    this.#live.set(row.id, live);
    const surroundings = this.#surroundings(row, live, recovered);
    try {
      live.running = start(surroundings, {
        argv: [row.executable, ...row.argv.slice(1)],
        env: row.env,
        cwd: row.cwd,
        stdin: input,
        stdout: output,
        stderr: row.tty ? output : stderr,
        tty,
        init: row.owner.kind === "container",
        shown: row.argv,
      });
    } catch (error) {
      if (!(error instanceof SpawnError)) throw error;
      void stderr.write(`exec ${row.executable}: ${error.message.toLowerCase()}\n`);
      stderr.flush();
      this.#reportStarted([row.id]);
      this.#exited(row, live, error.code === "ENOENT" ? 127 : 255);
      return undefined;
    }
    if (!recovered) started.push(row.id);
    void live.running.exited.then((code) => this.#exited(row, live, code));
    return live;
  }

  #streams(row: ProcessRow, stdout: OutputBuffer, signal: (name: string) => void): Streams {
    if (row.tty) {
      const pty = createPty({
        columns: row.columns || 80,
        rows: row.rows || 24,
        output: (bytes) => stdout.write(bytes),
        signal,
      });
      const stdin = row.openStdin
        ? { write: async (bytes: Uint8Array) => pty.master.input(bytes), end: () => undefined }
        : undefined;
      return { pty, input: pty.slave.input, stdin, output: pty.slave.output, tty: pty.slave.tty };
    }
    if (!row.openStdin) return { pty: undefined, input: emptyInput, stdin: undefined, output: stdout };
    const queue = new ByteQueue();
    return {
      pty: undefined,
      input: queue,
      stdin: { write: (bytes) => queue.write(bytes), end: () => queue.end() },
      output: stdout,
    };
  }

  #surroundings(row: ProcessRow, live: Live, recovered: boolean): Surroundings {
    const { simulation, programs, fileStore, kernels } = this.#options;
    const containerId = row.root.kind === "container" ? row.root.id : undefined;
    const user = userOf(row.user);
    const random = seededRandom(row.id);
    const space = kernels.containerSpace(row.root.id, row.owner.kind === "container");
    const origin = { machine: row.machine, ...(containerId ? { containerId } : {}) };
    const files = createHostFiles(fileStore, row.root);
    return {
      simulation,
      programs,
      files,
      net: this.#net(row, { files, user }, containerId),
      hostname: row.hostname,
      user,
      memoryLimit: row.memoryLimit || DEFAULT_MEMORY,
      random,
      state: this.#state(row),
      recovered,
      space,
      kernel: kernels.kernelOf(origin, space, user.uid, random),
      gate: () => live.paused?.promise,
    };
  }

  #net(row: ProcessRow, self: Pick<Sys, "files" | "user">, containerId: string | undefined): Net {
    const { simulation, wire } = this.#options;
    const origin = { machine: row.machine, ...(containerId ? { containerId } : {}) };
    return wire.netOf(origin, self, (host) => simulation.dispatchQuick("net.resolve", { from: origin, host }));
  }

  #state(row: ProcessRow): ProgramState {
    const { simulation } = this.#options;
    const owner = row.owner.id;
    const table = () => simulation.view.table("programState");
    return {
      get: (key) => table().get(`${owner}/${key}`)?.value,
      set: (key, value) => this.#report("process.state", { owner, key, value }),
      delete: (key) => this.#report("process.state", { owner, key, value: undefined }),
      keys: () =>
        table()
          .by("owner", owner)
          .map((entry) => entry.id.slice(owner.length + 1)),
    };
  }

  #deliver(row: ProcessRow, live: Live): void {
    this.#pause(row, live);
    const news = row.signals.filter((signal) => signal.number > live.delivered);
    if (news.length === 0) return;
    live.delivered = news.at(-1)?.number ?? live.delivered;
    this.#report("process.signalled", { process: row.id, number: live.delivered });
    for (const { signal } of news) live.running?.signal(signal);
  }

  #pause(row: ProcessRow, live: Live): void {
    if (row.paused && !live.paused) {
      let open: () => void = () => undefined;
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      live.paused = { promise, open };
    } else if (!row.paused && live.paused) {
      live.paused.open();
      live.paused = undefined;
    }
  }

  /** The core took the row away: whatever runs for it ends. */
  #end(id: string, live: Live): void {
    this.#live.delete(id);
    live.paused?.open();
    live.running?.signal("SIGKILL");
  }

  #exited(row: ProcessRow, live: Live, code: number): void {
    if (this.#live.get(row.id) !== live) return;
    live.flush();
    this.#live.delete(row.id);
    if (row.owner.kind === "container") {
      this.#options.wire.closeAll(row.owner.id);
      this.#options.kernels.closeContainer(row.owner.id);
    }
    this.#report("process.exited", { process: row.id, code });
  }

  /** One step for all that were started together: a step goes to disk before the next. */
  #reportStarted(processes: readonly string[]): void {
    if (this.#stopped || processes.length === 0) return;
    this.#options.simulation.dispatchQuick("processes.started", { processes });
  }

  /** Reports what the core may have no use for any more: a process whose row has just gone. */
  #report<K extends "process.wrote" | "process.signalled" | "process.exited" | "process.state">(
    kind: K,
    args: import("../core/room").ArgsOf<K>,
  ): void {
    if (this.#stopped) return;
    const process = (args as { process?: string }).process;
    if (process !== undefined && !this.#options.simulation.view.table("processes").has(process)) return;
    this.#options.simulation.dispatchQuick(kind, args);
  }
}

/** Bytes of memory a program may use when its container has no limit: a heap of this isolate must hold many. */
const DEFAULT_MEMORY = 64 * 1024 * 1024;

function userOf(user: string): { uid: number; gid: number; name: string } {
  const [name = "", group = ""] = user.split(":");
  if (name === "" || name === "root" || name === "0") return { uid: 0, gid: Number(group) || 0, name: "root" };
  const uid = Number(name);
  return Number.isInteger(uid) ? { uid, gid: Number(group) || uid, name: String(uid) } : { uid: 1000, gid: 1000, name };
}
