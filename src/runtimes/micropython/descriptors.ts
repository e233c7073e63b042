/**
 * The open files of a Python process: numbers on top of `Files`, the standard streams, the host device and the library
 * that is built into the interpreter. Whole files are read at open and written back at close, flush or end.
 */
import type { FileStat, Files } from "../../api/process";
import { failure } from "./errno";

/** A stream or device behind a descriptor. */
export interface Device {
  read(size: number): Uint8Array | Promise<Uint8Array>;
  write(data: Uint8Array): void;
}

export interface Stat {
  readonly type: FileStat["type"] | "device";
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
}

interface Open {
  readonly path: string;
  readonly flags: number;
  readonly device?: Device;
  readonly names?: readonly string[];
  data: Uint8Array;
  length: number;
  position: number;
  dirty: boolean;
}

const O_ACCESS = 3;
const O_CREAT = 64;
const O_EXCL = 128;
const O_TRUNC = 512;
const O_APPEND = 1024;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

export interface DescriptorOptions {
  readonly files: Files;
  readonly cwd: string;
  /** Paths that are devices: `/dev/host`, `/dev/stdin`, ... */
  readonly devices: Readonly<Record<string, Device>>;
  /** Descriptors 0, 1, 2. */
  readonly standard: readonly [Device, Device, Device];
  /** What the compiler is to read instead of a module's text (`.py` files opened for reading). */
  readonly translate?: (path: string, data: Uint8Array) => Uint8Array;
  /** Read-only files of the interpreter by absolute path. */
  readonly library: ReadonlyMap<string, Uint8Array>;
}

export class Descriptors {
  readonly #options: DescriptorOptions;
  readonly #open: (Open | undefined)[];
  readonly #libraryDirs: ReadonlySet<string>;
  #cwd: string;

  constructor(options: DescriptorOptions) {
    this.#options = options;
    this.#cwd = options.cwd;
    this.#open = options.standard.map((device) => entry("", 2, { device }));
    this.#libraryDirs = parents(options.library.keys());
  }

  cwd(): string {
    return this.#cwd;
  }

  chdir(path: string): number {
    const target = this.resolve(path);
    if (this.#options.files.stat(target).type !== "dir") throw failure("ENOTDIR");
    this.#cwd = target;
    return 0;
  }

  resolve(path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith("/") ? path : `${this.#cwd}/${path}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  open(name: string, flags: number): number {
    if (name === "") throw failure("ENOENT");
    const path = this.resolve(name);
    const device = this.#options.devices[path];
    if (device) return this.#add(entry(path, flags, { device }));
    const built = this.#options.library.get(path);
    if (built && (flags & O_ACCESS) === 0) return this.#add(entry(path, flags, { data: built }));
    const { files } = this.#options;
    const exists = files.exists(path);
    if (!exists && !(flags & O_CREAT)) throw failure("ENOENT");
    if (exists && flags & O_CREAT && flags & O_EXCL) throw failure("EEXIST");
    if (exists && files.stat(path).type === "dir") {
      if (flags & O_ACCESS) throw failure("EISDIR");
      return this.#add(entry(path, flags, { names: [".", "..", ...files.readdir(path)] }));
    }
    if (!exists || flags & O_TRUNC) files.writeFile(path, NOTHING);
    const data = exists && !(flags & O_TRUNC) ? files.readFile(path) : NOTHING;
    const { translate } = this.#options;
    const module = translate && path.endsWith(".py") && (flags & O_ACCESS) === 0;
    return this.#add(entry(path, flags, { data: module ? translate(path, data) : data }));
  }

  read(fd: number, size: number): Uint8Array | Promise<Uint8Array> {
    const file = this.#get(fd);
    if (file.device) return file.device.read(size);
    if (file.names) throw failure("EISDIR");
    if ((file.flags & O_ACCESS) === 1) throw failure("EBADF");
    const chunk = file.data.subarray(file.position, Math.min(file.length, file.position + size));
    file.position += chunk.length;
    return chunk;
  }

  write(fd: number, data: Uint8Array): void {
    const file = this.#get(fd);
    if (file.device) {
      file.device.write(data);
      return;
    }
    if ((file.flags & O_ACCESS) === 0) throw failure("EBADF");
    if (file.flags & O_APPEND) file.position = file.length;
    const end = file.position + data.length;
    if (end > file.data.length || !file.dirty) {
      const grown = new Uint8Array(Math.max(end, file.length * 2, 256));
      grown.set(file.data.subarray(0, file.length));
      file.data = grown;
    }
    file.data.set(data, file.position);
    file.position = end;
    file.length = Math.max(file.length, end);
    file.dirty = true;
  }

  seek(fd: number, offset: number, whence: number): number {
    const file = this.#get(fd);
    if (file.device) return 0;
    const base = [0, file.position, file.length][whence] ?? 0;
    if (base + offset < 0) throw failure("EINVAL");
    file.position = base + offset;
    return file.position;
  }

  flush(fd: number): number {
    const file = this.#get(fd);
    if (file.dirty) {
      this.#options.files.writeFile(file.path, file.data.slice(0, file.length));
      file.dirty = false;
    }
    return 0;
  }

  close(fd: number): number {
    try {
      return this.flush(fd);
    } finally {
      if (fd > 2) this.#open[fd] = undefined;
    }
  }

  /** Writes every changed file back: at the end of the process and before it waits. */
  flushAll(): void {
    for (let fd = 3; fd < this.#open.length; fd++) if (this.#open[fd]?.dirty) this.flush(fd);
  }

  stat(name: string, link = false): Stat {
    if (name === "") throw failure("ENOENT");
    const path = this.resolve(name);
    if (this.#options.devices[path]) return { type: "device", size: 0, mode: 0o666, uid: 0, gid: 0, mtime: 0 };
    const built = this.#options.library.get(path);
    if (built) return { type: "file", size: built.length, mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    const { files } = this.#options;
    if (!files.exists(path) && this.#libraryDirs.has(path)) {
      return { type: "dir", size: 4096, mode: 0o755, uid: 0, gid: 0, mtime: 0 };
    }
    return link ? files.lstat(path) : files.stat(path);
  }

  fstat(fd: number): Stat {
    const file = this.#get(fd);
    if (file.device) return { type: "device", size: 0, mode: 0o666, uid: 0, gid: 0, mtime: 0 };
    this.flush(fd);
    return this.stat(file.path);
  }

  /** Writes `struct dirent64` records for the names not yet delivered; returns the bytes used. */
  entries(fd: number, view: DataView, buffer: number, size: number): number {
    const file = this.#get(fd);
    if (!file.names) throw failure("ENOTDIR");
    const record = 280;
    let used = 0;
    for (; file.position < file.names.length && used + record <= size; file.position++) {
      const name = file.names[file.position] ?? "";
      const at = buffer + used;
      view.setBigInt64(at, BigInt(file.position + 1), true);
      view.setBigInt64(at + 8, BigInt((file.position + 1) * record), true);
      view.setUint16(at + 16, record, true);
      view.setUint8(at + 18, this.#isDir(`${file.path}/${name}`) ? 4 : 8);
      const bytes = encoder.encode(`${name}\0`).subarray(0, 256);
      new Uint8Array(view.buffer).set(bytes, at + 19);
      used += record;
    }
    return used;
  }

  mkdir(path: string): number {
    this.#options.files.mkdir(this.resolve(path));
    return 0;
  }

  rename(from: string, to: string): number {
    this.#options.files.rename(this.resolve(from), this.resolve(to));
    return 0;
  }

  unlink(name: string, directory: boolean): number {
    const path = this.resolve(name);
    const { type } = this.#options.files.lstat(path);
    if (directory && type !== "dir") throw failure("ENOTDIR");
    if (!directory && type === "dir") throw failure("EISDIR");
    if (directory && this.#options.files.readdir(path).length > 0) throw failure("ENOTEMPTY");
    this.#options.files.rm(path, { recursive: directory });
    return 0;
  }

  #isDir(path: string): boolean {
    try {
      return this.#options.files.stat(path).type === "dir";
    } catch {
      return false;
    }
  }

  #get(fd: number): Open {
    const file = this.#open[fd];
    if (!file) throw failure("EBADF");
    return file;
  }

  #add(file: Open): number {
    const free = this.#open.indexOf(undefined);
    const fd = free < 0 ? this.#open.length : free;
    if (fd >= 1024) throw failure("EMFILE");
    this.#open[fd] = file;
    return fd;
  }
}

function entry(path: string, flags: number, more: Partial<Open>): Open {
  const data = more.data ?? NOTHING;
  return { path, flags, data, length: data.length, position: 0, dirty: false, ...more };
}

function parents(paths: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const path of paths) {
    for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) found.add(path.slice(0, cut));
  }
  return found;
}

const TYPE_BITS = { file: 0o100000, dir: 0o040000, symlink: 0o120000, socket: 0o140000, device: 0o020000 };

/** Writes a `struct stat` of emscripten's libc. */
export function statAt(view: DataView, at: number, stat: Stat): void {
  for (let i = 0; i < 96; i += 4) view.setUint32(at + i, 0, true);
  view.setUint32(at, 1, true);
  view.setUint32(at + 4, TYPE_BITS[stat.type] | stat.mode, true);
  view.setUint32(at + 8, 1, true);
  view.setUint32(at + 12, stat.uid, true);
  view.setUint32(at + 16, stat.gid, true);
  view.setBigInt64(at + 24, BigInt(stat.size), true);
  view.setUint32(at + 32, 4096, true);
  view.setUint32(at + 36, Math.ceil(stat.size / 512), true);
  for (const time of [40, 56, 72]) view.setBigInt64(at + time, BigInt(Math.floor(stat.mtime / 1000)), true);
  view.setBigInt64(at + 88, 1n, true);
}
