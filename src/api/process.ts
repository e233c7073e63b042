/**
 * What a program sees of the world: the system calls of the simulation. Programs (a shell tool, `docker`, Python,
 * redis-server) are written against this and nothing else; the host implements it once for containers and once
 * for a student's machine. Types only.
 */

/** Simulated milliseconds since the Unix epoch. */
export type Millis = number;

/** Runs to its end and resolves with the exit code (0..255). An exception is a bug of the program: reported as exit 70. */
export type Program = (sys: Sys) => Promise<number>;

/** Finds the program behind an executable's name (`python`, `redis-server`); undefined when there is none. */
export type ProgramTable = (name: string) => Program | undefined;

export interface Sys {
  readonly argv: readonly string[]; // argv[0] is the program's name as called
  readonly env: Record<string, string>;
  readonly cwd: string; // absolute
  readonly hostname: string;
  readonly pid: number;
  readonly user: { readonly uid: number; readonly gid: number; readonly name: string };
  readonly files: Files;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Present when standard input is a terminal. */
  readonly tty?: Tty;
  /** Whether standard output is a terminal. Left out: as standard input is. */
  readonly stdoutTty?: boolean;
  readonly net: Net;
  readonly clock: Clock;
  /** Uniform in [0, 1), from the cluster's seed. */
  random(): number;
  /** Handles a signal instead of its default action. SIGKILL cannot be handled. Returns the undo. */
  onSignal(signal: SignalName, handler: () => void): () => void;
  /** Aborted when the process is killed (SIGKILL, or an unhandled fatal signal): stop at once, nothing more is read from you. */
  readonly killed: AbortSignal;
  /** Runs another program of the same root, found by path or through `env.PATH`. Rejects with SpawnError. */
  spawn(argv: readonly string[], options?: SpawnOptions): Child;
  /**
   * Becomes another program (execve): the same number, the same open files and sockets, no handlers. Nothing of the program
   * that calls it is heard any more. Throws SpawnError. Left out where nothing but the program itself is simulated.
   */
  exec?(argv: readonly string[], options?: SpawnOptions): Promise<never>;
  /** Rows that survive the host's crash (not the container's removal); emptied when the process starts anew. */
  readonly state: ProgramState;
  /** True when this run replaces one whose host went away: state is kept, output so far must be produced again and is swallowed. */
  readonly recovered: boolean;
  /** Bytes of memory this process may use. */
  readonly memoryLimit: number;
  /** The operating system below. Left out where nothing but the program itself is simulated. */
  readonly kernel?: Kernel;
}

/** What the operating system tells about itself: the processes this one may see, and the machine's figures. A container shares its machine's kernel. */
export interface Kernel {
  readonly release: string; // 6.8.0-generic
  readonly bootedAt: Millis;
  /** Of the whole machine, whatever a container may use of them; memory in bytes. */
  readonly cpus: number;
  readonly memory: number;
  memoryUse(): { readonly used: number; readonly cached: number };
  /** Runnable processes, averaged over 1, 5 and 15 minutes. */
  load(): readonly [number, number, number];
  /** What the control group allows: bytes, billionths of a processor, processes. 0 means no limit. */
  readonly limits: { readonly memory: number; readonly nanoCpus: number; readonly pids: number };
  /** All processes of this name space, by number. */
  processes(): readonly ProcessInfo[];
  /** Sends a signal; none only asks whether the process is there. Throws with code ESRCH or EPERM. */
  signal(pid: number, signal?: SignalName): void;
  mounts(): readonly MountInfo[];
  /** Servers of this network name space, by port. */
  listening(): readonly ListeningInfo[];
  /** One ICMP echo to an address. Resolves when the answer comes or cannot come any more. */
  ping(address: string): Promise<Echo>;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly user: string;
  readonly argv: readonly string[];
  /** The program's own name, without folders. */
  readonly name: string;
  readonly state: "R" | "S" | "T" | "D"; // runs, sleeps, was stopped, is paused by docker
  readonly startedAt: Millis;
  /** Processor time spent so far. */
  readonly cpuTime: Millis;
  readonly memory: number; // bytes, resident
  readonly tty?: string; // pts/0
}

export interface MountInfo {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
  /** Bytes. Left out where nothing is stored: proc, cgroup. */
  readonly size?: number;
  readonly used?: number;
  readonly available?: number;
}

export interface ListeningInfo {
  readonly address: string;
  readonly port: number;
  /** Whose it is, where it is a process of this name space. */
  readonly pid?: number;
  readonly name?: string;
}

/** `unreachable`: `from` has said so. `lost`: nobody answered. */
export type Echo =
  | { readonly kind: "reply"; readonly millis: Millis; readonly ttl: number }
  | { readonly kind: "unreachable"; readonly from: string }
  | { readonly kind: "lost" };

export type SignalName =
  | "SIGHUP"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGKILL"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGTERM"
  | "SIGWINCH"
  | "SIGCONT"
  | "SIGSTOP"
  | "SIGTSTP"
  | "SIGPIPE";

export interface SpawnOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly stdin?: Input;
  readonly stdout?: Output;
  readonly stderr?: Output;
  /** The terminal behind the child's streams. Default: the parent's when standard input is inherited, else none. */
  readonly tty?: Tty | false;
  /** Handed to the child's `Sys` as it is. */
  readonly stdoutTty?: boolean;
}

export interface Child {
  readonly pid: number;
  readonly exited: Promise<number>; // 128 + n after a signal; 127 not found, 126 not executable
  kill(signal: SignalName): void;
}

export interface Input {
  /** The next bytes, in whatever pieces they come; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
}

export interface Output {
  /** Accepts bytes or UTF-8 text. Await it where much is written: it waits for a slow reader. Rejects with code EPIPE when nobody reads any more. */
  write(data: Uint8Array | string): Promise<void>;
}

/** The terminal behind a process's standard streams: line discipline and size. */
export interface Tty {
  readonly columns: number;
  readonly rows: number;
  /** Raw: bytes as typed, no echo, no signals from control keys. Cooked (the start): lines, echo, Ctrl-C, Ctrl-D. */
  setRaw(raw: boolean): void;
  onResize(handler: () => void): () => void;
}

export interface Clock {
  now(): Millis;
  /** Resolves after that much simulated time; rejects when `signal` or the process is aborted. */
  sleep(millis: Millis, signal?: AbortSignal): Promise<void>;
}

/** Synchronous, absolute paths only; follows symbolic links except where said. Errors carry `code` (ENOENT, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, EACCES, ELOOP, EROFS, ENOSPC, EINVAL). */
export interface Files {
  stat(path: string): FileStat;
  lstat(path: string): FileStat;
  exists(path: string): boolean;
  readFile(path: string): Uint8Array;
  /** Creates or replaces the content; `mode` (default 0o644) counts for a new file only. */
  writeFile(path: string, data: Uint8Array | string, mode?: number): void;
  appendFile(path: string, data: Uint8Array | string): void;
  /** Names, sorted by code point. */
  readdir(path: string): string[];
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): void;
  /** Removes a file, link or (recursive, or empty) directory. */
  rm(path: string, options?: { recursive?: boolean; force?: boolean }): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  utimes(path: string, mtime: Millis): void;
  realpath(path: string): string;
}

export interface FileStat {
  readonly type: "file" | "dir" | "symlink" | "socket";
  readonly mode: number; // permission bits only
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: Millis;
}

export interface FileError extends Error {
  readonly code: string;
}

export interface Net {
  /** Serves a port of this process's network name space. Throws with code EADDRINUSE. */
  listen(port: number, listener: Listener): { close(): void };
  /** Opens a byte stream. Rejects with NetError. */
  connect(host: string, port: number, signal?: AbortSignal): Promise<Socket>;
  /** One HTTP exchange over a new connection; `url` absolute (http only). Redirects are not followed. Rejects with NetError. */
  http(
    request: HttpRequest & { readonly url: string },
    signal?: AbortSignal,
  ): Promise<HttpResponse & { readonly remoteAddress: string }>;
  /**
   * One HTTP exchange with who listens at a socket file (absolute path); bodies may stream in both directions. Rejects with
   * NetError ENOENT, ENOTSOCK, EACCES or ECONNREFUSED.
   */
  unix(path: string, request: Request): Promise<Response>;
  /** The IPv4 addresses a name stands for here; empty when unknown. */
  resolve(host: string): string[];
  /** The interfaces as they are now, without loopback. */
  readonly addresses: readonly Interface[];
}

/** A network interface with its IPv4 address. */
export interface Interface {
  readonly name: string;
  readonly index: number;
  /** The number of its other end on the machine, for one end of a pair. */
  readonly peer?: number;
  readonly address: string;
  readonly prefix: number;
  readonly mac: string;
  readonly mtu: number;
  /** Where the default route leads, if it leads through this one. */
  readonly gateway?: string;
}

/** How a server answers. HTTP servers give `http`, others `tcp`; the wire speaks whichever is there. */
export interface Listener {
  http?(request: HttpRequest): Promise<HttpResponse>;
  tcp?(socket: Socket): void;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string; // with query, begins with "/"
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
  readonly remoteAddress: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | ReadableStream<Uint8Array>;
}

export interface Socket extends Input, Output {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Half-close: the other side reads the end. */
  end(): void;
  destroy(): void;
}

/** `code`: ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENOTFOUND (name unknown), ECONNRESET; at a socket file ENOENT, ENOTSOCK, EACCES. */
export interface NetError extends Error {
  readonly code: string;
}

/** JSON values by key; small ones. */
export interface ProgramState {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  keys(): string[];
}
