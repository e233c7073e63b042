/** A `Sys` for tests: files in memory, programs by name, a virtual clock, captured output. */
import type { Child, FileStat, Files, Input, Kernel, Net, Output, Program, SignalName, Sys, Tty } from "../api/process";
import { absolute, dirname, findProgram } from "./paths";
import { bytesInput, Collector, codeOf, decode, toBytes } from "./streams";

interface Entry {
  stat: { -readonly [K in keyof FileStat]: FileStat[K] };
  data: Uint8Array;
  target: string;
}

function fail(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

/** Files in memory, from paths to texts; folders come into being. */
export function memoryFiles(
  initial: Readonly<Record<string, string | Uint8Array>> = {},
  now: () => number = () => 0,
): Files {
  const all = new Map<string, Entry>();
  const entry = (type: FileStat["type"], mode: number, data = new Uint8Array(0), target = ""): Entry => ({
    stat: { type, mode, uid: 0, gid: 0, size: data.length, mtime: now() },
    data,
    target,
  });
  all.set("/", entry("dir", 0o755));
  const resolve = (path: string, last = true, depth = 0): string => {
    if (depth > 40) fail("ELOOP", path);
    let here = "/";
    const pieces = absolute("/", path).split("/").filter(Boolean);
    for (let i = 0; i < pieces.length; i++) {
      const next = absolute(here, pieces[i] as string);
      const found = all.get(next);
      if (found?.stat.type === "symlink" && (last || i < pieces.length - 1)) {
        return resolve([absolute(here, found.target), ...pieces.slice(i + 1)].join("/"), last, depth + 1);
      }
      if (found && found.stat.type === "file" && i < pieces.length - 1) fail("ENOTDIR", path);
      here = next;
    }
    return here;
  };
  const get = (path: string, last = true) => all.get(resolve(path, last)) ?? fail("ENOENT", path);
  const put = (path: string, made: Entry) => {
    const parent = all.get(dirname(path)) ?? fail("ENOENT", path);
    if (parent.stat.type !== "dir") fail("ENOTDIR", path);
    all.set(path, made);
  };
  const below = (path: string) =>
    [...all.keys()].filter((key) => key.startsWith(path === "/" ? "/" : `${path}/`) && key !== "/");
  const files: Files = {
    stat: (path) => ({ ...get(path).stat }),
    lstat: (path) => ({ ...get(path, false).stat }),
    exists: (path) => {
      try {
        return all.has(resolve(path));
      } catch {
        return false;
      }
    },
    readFile: (path) => (get(path).stat.type === "dir" ? fail("EISDIR", path) : get(path).data.slice()),
    writeFile: (path, data, mode = 0o644) => {
      const real = resolve(path);
      const old = all.get(real);
      if (old?.stat.type === "dir") fail("EISDIR", path);
      const bytes = toBytes(data).slice();
      if (!old) return put(real, entry("file", mode, bytes));
      old.data = bytes;
      old.stat.size = bytes.length;
      old.stat.mtime = now();
    },
    appendFile: (path, data) => {
      const old = files.exists(path) ? files.readFile(path) : new Uint8Array(0);
      const more = toBytes(data);
      const joined = new Uint8Array(old.length + more.length);
      joined.set(old);
      joined.set(more, old.length);
      files.writeFile(path, joined);
    },
    readdir: (path) => {
      const real = resolve(path);
      if (get(path).stat.type !== "dir") fail("ENOTDIR", path);
      const cut = real === "/" ? 1 : real.length + 1;
      return below(real)
        .map((key) => key.slice(cut))
        .filter((name) => !name.includes("/"))
        .sort();
    },
    mkdir: (path, options = {}) => {
      const real = resolve(path);
      const old = all.get(real);
      if (old) {
        if (options.recursive && old.stat.type === "dir") return;
        fail("EEXIST", path);
      }
      if (options.recursive && !all.has(dirname(real))) files.mkdir(dirname(real), options);
      put(real, entry("dir", options.mode ?? 0o755));
    },
    rm: (path, options = {}) => {
      const real = resolve(path, false);
      if (!all.has(real)) return options.force ? undefined : fail("ENOENT", path);
      if (below(real).length > 0 && !options.recursive) fail("ENOTEMPTY", path);
      for (const key of below(real)) all.delete(key);
      all.delete(real);
    },
    rename: (from, to) => {
      const a = resolve(from, false);
      const b = resolve(to, false);
      if (!all.has(a)) fail("ENOENT", from);
      if (b.startsWith(`${a}/`)) fail("EINVAL", to);
      for (const key of [a, ...below(a)]) {
        const moved = all.get(key) as Entry;
        all.delete(key);
        put(b + key.slice(a.length), moved);
      }
    },
    symlink: (target, path) =>
      all.has(resolve(path, false))
        ? fail("EEXIST", path)
        : put(resolve(path, false), entry("symlink", 0o777, new Uint8Array(0), target)),
    readlink: (path) => (get(path, false).stat.type === "symlink" ? get(path, false).target : fail("EINVAL", path)),
    chmod: (path, mode) => {
      get(path).stat.mode = mode;
    },
    chown: (path, uid, gid) => Object.assign(get(path).stat, { uid, gid }),
    utimes: (path, mtime) => {
      get(path).stat.mtime = mtime;
    },
    realpath: (path) => (files.exists(path) ? resolve(path) : fail("ENOENT", path)),
  };
  for (const [path, data] of Object.entries(initial)) {
    files.mkdir(dirname(path), { recursive: true });
    files.writeFile(path, data);
  }
  return files;
}

export interface TestOptions {
  readonly argv?: readonly string[];
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly files?: Files;
  readonly stdin?: Input | string;
  readonly stdout?: Output;
  readonly stderr?: Output;
  readonly tty?: Tty;
  readonly net?: Partial<Net>;
  readonly kernel?: Kernel;
  readonly programs?: Readonly<Record<string, Program>>;
}

export interface TestSys extends Sys {
  readonly out: Collector;
  readonly err: Collector;
  signal(name: SignalName): void;
}

const STUB = "\x7fELFslipway:";
/** Where the virtual clock starts: 2026-01-01T00:00:00Z. */
export const START = Date.UTC(2026, 0, 1);

/** A process of a small machine whose `/bin` holds the given programs. Time passes only by `sleep`, at once. */
export function testSys(options: TestOptions = {}): TestSys {
  let now = START;
  let pids = 100;
  const files = options.files ?? memoryFiles({}, () => now);
  for (const folder of ["/bin", "/tmp", "/root", "/etc"]) files.mkdir(folder, { recursive: true });
  const programs = options.programs ?? {};
  for (const name of Object.keys(programs))
    if (!files.exists(`/bin/${name}`)) files.writeFile(`/bin/${name}`, `${STUB}${name}\n`, 0o755);
  const nobody = async () => fail("ECONNREFUSED", "");
  const net: Net = {
    listen: () => ({ close: () => undefined }),
    connect: nobody,
    http: nobody,
    unix: nobody,
    resolve: () => [],
    addresses: [],
    ...options.net,
  };
  const state = new Map<string, unknown>();
  let seed = 1;
  let sleepers: { due: number; wake: () => void }[] = [];
  /** Time goes on to the next sleeper once everything else has come to rest. */
  const wakeNext = () => {
    const next = sleepers.toSorted((a, b) => a.due - b.due)[0];
    if (!next) return;
    sleepers = sleepers.filter((other) => other !== next);
    now = Math.max(now, next.due);
    next.wake();
  };
  const make = (given: TestOptions): TestSys => {
    const killed = new AbortController();
    const handlers = new Map<string, Set<() => void>>();
    const out = new Collector(Number.POSITIVE_INFINITY);
    const err = new Collector(Number.POSITIVE_INFINITY);
    const env = given.env ?? { PATH: "/bin", HOME: "/root" };
    const cwd = given.cwd ?? "/root";
    const sys: TestSys = {
      argv: given.argv ?? ["test"],
      env,
      cwd,
      hostname: "testbox",
      pid: pids++,
      user: { uid: 0, gid: 0, name: "root" },
      files,
      net,
      out,
      err,
      stdin: typeof given.stdin === "string" || !given.stdin ? bytesInput(given.stdin ?? "") : given.stdin,
      stdout: given.stdout ?? out,
      stderr: given.stderr ?? err,
      ...(given.tty ? { tty: given.tty } : {}),
      clock: {
        now: () => now,
        sleep: (millis, signal) =>
          new Promise((resolve, reject) => {
            const sleeper = { due: now + millis, wake: resolve };
            sleepers.push(sleeper);
            for (const stop of [killed.signal, signal]) {
              stop?.addEventListener("abort", () => {
                sleepers = sleepers.filter((other) => other !== sleeper);
                reject(stop.reason);
              });
            }
            setTimeout(wakeNext, 0);
          }),
      },
      random: () => {
        seed = (seed * 16807) % 2147483647;
        return seed / 2147483647;
      },
      onSignal: (name, handler) => {
        const set = handlers.get(name) ?? new Set();
        handlers.set(name, set.add(handler));
        return () => set.delete(handler);
      },
      signal: (name) => {
        const set = handlers.get(name);
        if (set?.size && name !== "SIGKILL") for (const handler of set) handler();
        else killed.abort(new Error(name));
      },
      killed: killed.signal,
      spawn: (argv, spawn = {}): Child => {
        const found = findProgram(files, argv[0] ?? "", (spawn.env ?? env).PATH ?? "/bin", spawn.cwd ?? cwd);
        if (typeof found !== "string") return fail(found.code, argv[0] ?? "");
        const text = decode(files.readFile(found));
        const program = text.startsWith(STUB) ? programs[text.slice(STUB.length).trim()] : undefined;
        if (!program) return fail("ENOEXEC", found);
        const child = make({
          argv,
          env: { ...(spawn.env ?? env) },
          cwd: spawn.cwd ?? cwd,
          stdin: spawn.stdin ?? sys.stdin,
          stdout: spawn.stdout ?? sys.stdout,
          stderr: spawn.stderr ?? sys.stderr,
          ...(spawn.tty ? { tty: spawn.tty } : {}),
        });
        let killedBy: SignalName | undefined;
        const dead = new Promise<number>((resolve) =>
          child.killed.addEventListener("abort", () =>
            resolve(killedBy === "SIGINT" ? 130 : killedBy === "SIGKILL" ? 137 : 143),
          ),
        );
        const exited = Promise.race([
          dead,
          program(child).catch((error: unknown) => (codeOf(error) === "EPIPE" ? 141 : 70)),
        ]);
        return {
          pid: child.pid,
          exited,
          kill: (signal) => {
            killedBy = signal;
            child.signal(signal);
          },
        };
      },
      state: {
        get: (key) => state.get(key),
        set: (key, value) => void state.set(key, value),
        delete: (key) => void state.delete(key),
        keys: () => [...state.keys()],
      },
      recovered: false,
      ...(options.kernel ? { kernel: options.kernel } : {}),
      memoryLimit: 64 * 1024 * 1024,
    };
    return sys;
  };
  return make(options);
}
