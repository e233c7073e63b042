/**
 * Rows of the machines: hosts with a clock, a disk and processes. What should run is written here (`ProcessRow`); the
 * host makes it true and reports back by the commands of `process.ts`.
 */
import type { Row, TableDefinition } from "../store/schema";
import type { Millis } from "../time/agenda";

export interface MachineRow extends Row {
  readonly id: string; // its name: node1
  readonly name: string;
  readonly address: string; // 192.168.99.101
  readonly power: "on" | "off";
  readonly network: "ok" | "cut"; // cut: from everything
  readonly cutFrom?: readonly string[]; // names of machines that no packet reaches, nor comes from
  readonly latency?: Millis; // what its cable adds, one way
  readonly loss?: number; // share of packets its cable loses, 0..1
  readonly reorder?: number; // share of messages that those sent later overtake, 0..1
  readonly daemon: "up" | "crashed" | "stopped";
  readonly disk?: "ok" | "full";
  /** How it reaches the registry: `slow` times as long as usual, or not at all. */
  readonly registry?: { readonly unreachable: boolean; readonly slow: number };
  readonly nanoCpus: number;
  readonly memory: number; // bytes
  readonly engineId: string; // `docker info`'s ID, a UUID
  readonly bootedAt: Millis;
}

/** Whose files a process sees: a machine's own disk, or a container's (image layers, writable layer, mounts). */
export type RootRef =
  | { readonly kind: "machine"; readonly id: string }
  | { readonly kind: "container"; readonly id: string };

/** A process that should run. The host starts it, and ends it when the row goes or `desired` says so. */
export interface ProcessRow extends Row {
  readonly machine: string;
  /** What it runs for: a container's main process or an exec in it. (A RUN of a build is a container too.) */
  readonly owner: { readonly kind: "container" | "exec"; readonly id: string };
  readonly root: RootRef;
  readonly argv: readonly string[]; // argv[0] as given; `executable` is what was found
  readonly executable: string; // absolute path in the root
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string; // "", "root", "1000:1000"
  readonly hostname: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly memoryLimit: number; // bytes; 0 = the machine's
  readonly pid: number;
  /** `wanted`: to be started; `running`: the host has started it (after a crash of the host: to be started again, recovered). An ended process has no row. */
  readonly state: "wanted" | "running";
  readonly startedAt: Millis;
  /** Signals sent so far, numbered from 1; the host delivers those above `signalsSeen` and reports. */
  readonly signals: readonly { readonly number: number; readonly signal: string }[];
  readonly signalsSeen: number;
  /** Ports it listens on, as reported. */
  readonly listening: readonly number[];
  /** Paused by `docker pause`: nothing is read from it and nothing delivered. */
  readonly paused: boolean;
}

/** How much a process has written: what a recovered run produces again is swallowed up to here. A lazy row of its own, because each line of output moves it. */
export interface OutputRow extends Row {
  readonly id: string; // the process
  readonly bytes: number;
}

/** A row of a program's own state (redis keys): `id` is `PROCESS-OWNER-ID/KEY`. */
export interface ProgramStateRow extends Row {
  readonly owner: string;
  readonly value: unknown;
}

/** One file, directory or link of a tree. Trees: `machine:NAME`, `container:ID` (writable layer), `layer:DIFFID` (frozen), `volume:MACHINE/NAME`, `context:ID` (a build's context). */
export interface FileRow extends Row {
  readonly id: string; // TREE + "\0" + PATH
  readonly tree: string;
  readonly path: string; // absolute, normalised; "/" is the root
  readonly type: "file" | "dir" | "symlink" | "socket" | "whiteout"; // whiteout: hides the path of the layers below
  readonly opaque?: true; // dir: hides what the layers below have in it
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Millis;
  readonly size: number;
  readonly blob?: string; // file: digest of the content
  readonly target?: string; // symlink
}

/** Something the core needs from outside (the registry); the host asks and answers with `request.answered`. */
export interface RequestRow extends Row {
  readonly kind: string;
  readonly args: unknown;
}

declare module "../store/schema" {
  interface Tables {
    machines: MachineRow;
    processes: ProcessRow;
    outputs: OutputRow;
    programState: ProgramStateRow;
    files: FileRow;
    requests: RequestRow;
  }
}

/** The directory part of a normalised absolute path; "" for the root itself. */
const parentOf = (path: string) => (path === "/" ? "" : path.slice(0, path.lastIndexOf("/")) || "/");

export const machineTables = {
  machines: {} satisfies TableDefinition<MachineRow>,
  processes: {
    indexes: { owner: (row) => row.owner.id, machine: (row) => row.machine, pid: (row) => `${row.machine}/${row.pid}` },
  } satisfies TableDefinition<ProcessRow>,
  outputs: { lazy: true } satisfies TableDefinition<OutputRow>,
  programState: { indexes: { owner: (row) => row.owner } } satisfies TableDefinition<ProgramStateRow>,
  files: {
    indexes: { tree: (row) => row.tree, directory: (row) => `${row.tree}\0${parentOf(row.path)}` },
  } satisfies TableDefinition<FileRow>,
  requests: { indexes: { kind: (row) => row.kind } } satisfies TableDefinition<RequestRow>,
};
