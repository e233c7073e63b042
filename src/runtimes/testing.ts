/** A small in-memory `Sys` for tests of programs: files, captured output, a virtual clock and a loopback network. */
import type { FileStat, Files, Input, Listener, Output, Program, SignalName, Socket, Sys } from "../api/process";

interface Node {
  type: FileStat["type"];
  mode: number;
  data: Uint8Array;
  target: string;
  mtime: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function fail(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

/** In-memory files from a map of paths to text. */
export function memoryFiles(initial: Readonly<Record<string, string>> = {}): Files {
  const nodes = new Map<string, Node>([
    ["/", { type: "dir", mode: 0o755, data: new Uint8Array(0), target: "", mtime: 0 }],
  ]);
  const parent = (path: string) => path.slice(0, path.lastIndexOf("/")) || "/";
  const join = (base: string, target: string) => new URL(target, `file://${base}/`).pathname.replace(/(.)\/$/, "$1");
  const real = (path: string, depth = 0): string => {
    if (path === "/") return path;
    const here = `${real(parent(path), depth) === "/" ? "" : real(parent(path), depth)}/${path.slice(path.lastIndexOf("/") + 1)}`;
    const node = nodes.get(here);
    if (node?.type !== "symlink") return here;
    if (depth > 20) return fail("ELOOP", path);
    return real(join(parent(here), node.target), depth + 1);
  };
  const get = (path: string) => nodes.get(real(path)) ?? fail("ENOENT", path);
  const add = (path: string, type: FileStat["type"], mode: number, data = new Uint8Array(0), target = "") => {
    const up = nodes.get(real(parent(path))) ?? fail("ENOENT", path);
    if (up.type !== "dir") fail("ENOTDIR", path);
    const at = `${real(parent(path)) === "/" ? "" : real(parent(path))}/${path.slice(path.lastIndexOf("/") + 1)}`;
    nodes.set(at, { type, mode, data, target, mtime: 0 });
  };
  const bytes = (data: Uint8Array | string) => (typeof data === "string" ? encoder.encode(data) : data.slice());
  const stat = (node: Node): FileStat => ({
    type: node.type,
    mode: node.mode,
    uid: 0,
    gid: 0,
    size: node.data.length,
    mtime: node.mtime,
  });
  const files: Files = {
    stat: (path) => stat(get(path)),
    lstat: (path) => stat(nodes.get(path) ?? get(path)),
    exists: (path) => nodes.has(real(path)),
    readFile: (path) => (get(path).type === "dir" ? fail("EISDIR", path) : get(path).data.slice()),
    writeFile: (path, data, mode = 0o644) => {
      const old = nodes.get(real(path));
      if (old?.type === "dir") fail("EISDIR", path);
      if (old) old.data = bytes(data);
      else add(real(path), "file", mode, bytes(data));
    },
    appendFile: (path, data) => {
      const old = files.exists(path) ? get(path).data : new Uint8Array(0);
      files.writeFile(path, new Uint8Array([...old, ...bytes(data)]));
    },
    readdir: (path) => {
      if (get(path).type !== "dir") fail("ENOTDIR", path);
      const prefix = real(path) === "/" ? "/" : `${real(path)}/`;
      return [...nodes.keys()]
        .filter((name) => name !== "/" && name.startsWith(prefix) && !name.slice(prefix.length).includes("/"))
        .map((name) => name.slice(prefix.length))
        .sort();
    },
    mkdir: (path, options = {}) => {
      if (files.exists(path)) {
        if (options.recursive) return;
        fail("EEXIST", path);
      }
      if (options.recursive && !files.exists(parent(path))) files.mkdir(parent(path), options);
      add(path, "dir", options.mode ?? 0o755);
    },
    rm: (path, options = {}) => {
      if (!nodes.has(path)) return options.force ? undefined : fail("ENOENT", path);
      const inside = [...nodes.keys()].filter((name) => name.startsWith(`${path}/`));
      if (inside.length > 0 && !options.recursive) fail("ENOTEMPTY", path);
      for (const name of [path, ...inside]) nodes.delete(name);
    },
    rename: (from, to) => {
      get(from);
      for (const [name, node] of [...nodes]) {
        if (name !== from && !name.startsWith(`${from}/`)) continue;
        nodes.delete(name);
        nodes.set(to + name.slice(from.length), node);
      }
    },
    symlink: (target, path) => add(path, "symlink", 0o777, new Uint8Array(0), target),
    readlink: (path) => (nodes.get(path)?.type === "symlink" ? (nodes.get(path)?.target ?? "") : fail("EINVAL", path)),
    chmod: (path, mode) => {
      get(path).mode = mode;
    },
    chown: () => {},
    utimes: (path, mtime) => {
      get(path).mtime = mtime;
    },
    realpath: (path) => {
      get(path);
      return real(path);
    },
  };
  for (const [path, text] of Object.entries(initial)) {
    files.mkdir(parent(path), { recursive: true });
    files.writeFile(path, text);
  }
  return files;
}

/** Text as an `Input`. */
export function textInput(text: string): Input {
  const parts = text === "" ? [] : [encoder.encode(text)];
  return { read: async () => parts.shift() };
}

/** An `Output` that remembers. */
export function capture(): Output & { text(): string } {
  const parts: Uint8Array[] = [];
  return {
    write: async (data) => {
      parts.push(typeof data === "string" ? encoder.encode(data) : data.slice());
    },
    text: () => parts.map((part) => decoder.decode(part)).join(""),
  };
}

/** Both ends of a byte stream. */
export function socketPair(): [Socket, Socket] {
  const queue = () => {
    const parts: (Uint8Array | undefined)[] = [];
    let wake: (() => void) | undefined;
    return {
      push: (part: Uint8Array | undefined) => {
        parts.push(part);
        wake?.();
      },
      read: async () => {
        while (parts.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return parts[0] === undefined ? undefined : parts.shift();
      },
    };
  };
  const [a, b] = [queue(), queue()];
  const end = (from: ReturnType<typeof queue>, to: ReturnType<typeof queue>): Socket => ({
    remoteAddress: "127.0.0.1",
    remotePort: 40000,
    read: from.read,
    write: async (data) => to.push(typeof data === "string" ? encoder.encode(data) : data.slice()),
    end: () => to.push(undefined),
    destroy: () => {
      to.push(undefined);
      from.push(undefined);
    },
  });
  return [end(a, b), end(b, a)];
}

export interface FakeOptions {
  readonly files?: Files;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
  readonly hostname?: string;
  readonly memoryLimit?: number;
  /** Names and addresses besides localhost. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Ports of the loopback network, shared by the processes of a test. */
  readonly ports?: Map<number, Listener>;
  /** Who listens at socket files. */
  readonly unix?: Sys["net"]["unix"];
  readonly state?: Map<string, unknown>;
  readonly recovered?: boolean;
  readonly tty?: Sys["tty"];
  readonly spawn?: Sys["spawn"];
}

/** A running program with its ends in the test's hands. */
export interface Running {
  readonly sys: Sys;
  readonly exited: Promise<number>;
  readonly ports: Map<number, Listener>;
  readonly stdout: { text(): string };
  readonly stderr: { text(): string };
  signal(name: SignalName): void;
  kill(): void;
}

/** Starts a program on a fake `Sys`. Sleeping passes simulated time at once. */
export function start(program: Program, argv: readonly string[], options: FakeOptions = {}): Running {
  const ports = options.ports ?? new Map<number, Listener>();
  const hosts: Record<string, string> = { localhost: "127.0.0.1", ...options.hosts };
  const handlers = new Map<SignalName, (() => void)[]>();
  const killed = new AbortController();
  const state = options.state ?? new Map<string, unknown>();
  const stdout = capture();
  const stderr = capture();
  let now = Date.UTC(2026, 10, 24, 4, 0, 0);
  let seed = 1;
  const resolve = (host: string) => (/^[\d.]+$/.test(host) ? [host] : hosts[host] ? [hosts[host]] : []);
  const listener = (host: string, port: number) => {
    if (resolve(host).length === 0) fail("ENOTFOUND", host);
    return ports.get(port) ?? fail("ECONNREFUSED", `${host}:${port}`);
  };
  const sys: Sys = {
    argv,
    env: options.env ?? { PATH: "/usr/local/bin:/usr/bin:/bin" },
    cwd: options.cwd ?? "/",
    hostname: options.hostname ?? "9710352b8a98",
    pid: 1,
    user: { uid: 0, gid: 0, name: "root" },
    files: options.files ?? memoryFiles(),
    stdin: textInput(options.stdin ?? ""),
    stdout,
    stderr,
    ...(options.tty ? { tty: options.tty } : {}),
    net: {
      listen: (port, one) => {
        if (ports.has(port)) fail("EADDRINUSE", String(port));
        ports.set(port, one);
        return { close: () => void ports.delete(port) };
      },
      connect: async (host, port) => {
        const target = listener(host, port);
        const [client, server] = socketPair();
        target.tcp?.(server);
        return client;
      },
      http: async (request) => {
        const url = new URL(request.url);
        const target = listener(url.hostname, Number(url.port || 80));
        const answer = await target.http?.({ ...request, path: url.pathname + url.search, remoteAddress: "127.0.0.1" });
        return { ...(answer ?? fail("ECONNRESET", request.url)), remoteAddress: "127.0.0.1" };
      },
      unix: async (path, request) => options.unix?.(path, request) ?? fail("ENOENT", path),
      resolve,
      addresses: [{ name: "eth0", address: "172.17.0.2", prefix: 16, mac: "02:42:ac:11:00:02", index: 2, mtu: 1500 }],
    },
    clock: {
      now: () => now,
      sleep: (millis, signal) =>
        new Promise((done, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("aborted")));
          setTimeout(() => {
            if (!signal?.aborted) now += millis;
            done();
          }, 0);
        }),
    },
    random: () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648;
    },
    onSignal: (name, handler) => {
      handlers.set(name, [...(handlers.get(name) ?? []), handler]);
      return () =>
        handlers.set(
          name,
          (handlers.get(name) ?? []).filter((one) => one !== handler),
        );
    },
    killed: killed.signal,
    spawn: options.spawn ?? (() => fail("ENOENT", "spawn")),
    state: {
      get: (key) => structuredClone(state.get(key)),
      set: (key, value) => void state.set(key, structuredClone(value)),
      delete: (key) => void state.delete(key),
      keys: () => [...state.keys()],
    },
    recovered: options.recovered ?? false,
    memoryLimit: options.memoryLimit ?? 64 * 1024 * 1024,
  };
  const exited = program(sys);
  return {
    sys,
    exited,
    ports,
    stdout,
    stderr,
    signal: (name) => {
      for (const handler of handlers.get(name) ?? []) handler();
    },
    kill: () => killed.abort(),
  };
}

/** Runs a program to its end. */
export async function runProgram(program: Program, argv: readonly string[], options: FakeOptions = {}) {
  const running = start(program, argv, options);
  const code = await running.exited;
  return { code, stdout: running.stdout.text(), stderr: running.stderr.text(), sys: running.sys };
}
