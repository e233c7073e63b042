/** `docker cp` and `docker export`: files of a container as tar, and back (moby `daemon/archive_unix.go`). */
import { packTar, type TarEntry } from "modern-tar";
import { findContainer } from "../../../core/engine/names";
import type { ContainerRow } from "../../../core/engine/tables";
import { invalidParameter, notFound, systemError } from "../../../core/errors";
import {
  FileError,
  type FileTree,
  layersOfContainer,
  openRoot,
  openTree,
  type Stat,
} from "../../../core/machine/files";
import type { Entry } from "../../../core/machine/layers";
import { baseName, below, normalise, parentOf } from "../../../core/machine/paths";
import type { FileOp } from "../../../core/machine/process";
import { rfc3339 } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { fileSource } from "../../files";
import { isTrue } from "../../request";
import { type ArchiveFile, readArchive, readBytes } from "../image/archive";
import { noteEvent } from "./client-events";

const STAT_HEADER = "X-Docker-Container-Path-Stat";

/** Bits of Go's `fs.FileMode`. */
const GO_MODE = { dir: 2 ** 31, symlink: 2 ** 27, socket: 2 ** 24, setuid: 2 ** 23, setgid: 2 ** 22, sticky: 2 ** 20 };

interface Asked {
  readonly row: ContainerRow;
  readonly ref: string;
  readonly path: string;
  readonly files: FileTree;
}

function ask(backend: Backend, ref: string, path: string | undefined): Asked {
  if (!path) throw invalidParameter("bad parameter: pathcannot be empty");
  const row = findContainer(backend.view, backend.machine, ref);
  return { row, ref, path, files: openRoot(fileSource(backend), { kind: "container", id: row.id }) };
}

/** Every way a path can fail to be there is one message. */
function looking<T>({ ref, path }: Asked, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof FileError) throw notFound(`Could not find the file ${path} in container ${ref}`);
    throw error;
  }
}

/** Ends in a separator or a dot: what a link leads to is meant, not the link. */
const namesDirectory = (path: string) => /(^|\/)\.?$/.test(path);

function resolve(asked: Asked): { place: string; stat: Stat } {
  return looking(asked, () => {
    const { files, path } = asked;
    const place = namesDirectory(path) ? files.realpath(path) : files.place(path);
    const stat = files.lstat(place);
    if (namesDirectory(path) && stat.type !== "dir") throw new FileError("ENOTDIR", path);
    return { place, stat };
  });
}

function statHeader(asked: Asked, place: string, stat: Stat): Record<string, string> {
  const linkTarget = stat.type === "symlink" ? looking(asked, () => asked.files.realpath(place)) : "";
  const name = baseName(normalise(asked.path)) || "/";
  const { size, mtime } = stat;
  const text = JSON.stringify({
    name,
    size,
    mode: goMode(stat),
    mtime: rfc3339(Math.floor(mtime / 1000) * 1000),
    linkTarget,
  });
  return { [STAT_HEADER]: btoa(String.fromCharCode(...new TextEncoder().encode(text))) };
}

function goMode({ type, mode }: Stat): number {
  let bits = mode & 0o777;
  if (type === "dir") bits += GO_MODE.dir;
  if (type === "symlink") bits += GO_MODE.symlink;
  if (type === "socket") bits += GO_MODE.socket;
  if (mode & 0o4000) bits += GO_MODE.setuid;
  if (mode & 0o2000) bits += GO_MODE.setgid;
  if (mode & 0o1000) bits += GO_MODE.sticky;
  return bits;
}

export function statResponse(backend: Backend, ref: string, path: string | undefined): Response {
  const asked = ask(backend, ref, path);
  const { place, stat } = resolve(asked);
  return new Response(null, { headers: statHeader(asked, place, stat) });
}

/** A tar whose first entry is called as the path's last part. */
export async function readResponse(backend: Backend, ref: string, path: string | undefined): Promise<Response> {
  const asked = ask(backend, ref, path);
  const { place, stat } = resolve(asked);
  const headers = { "Content-Type": "application/x-tar", ...statHeader(asked, place, stat) };
  const name = /(^|\/)\.$/.test(asked.path) || place === "/" ? "." : baseName(normalise(asked.path));
  const bytes = await packTar(tarEntries(asked.files, place, name));
  noteEvent(backend, asked.row, "archive-path");
  return new Response(bytes, { headers });
}

/** The container's own file system, without what is mounted into it. */
export async function exportResponse(backend: Backend, ref: string): Promise<Response> {
  const row = findContainer(backend.view, backend.machine, ref);
  const source = fileSource(backend);
  const files = openTree(source, `container:${row.id}`, layersOfContainer(source, row));
  const bytes = await packTar(tarEntries(files, "/", ""));
  noteEvent(backend, row, "export");
  return new Response(bytes, { headers: { "Content-Type": "application/octet-stream" } });
}

function tarEntries(files: FileTree, place: string, name: string): TarEntry[] {
  const entries: TarEntry[] = [];
  for (const { path, entry } of files.walk(place)) {
    const inside = path === place ? "" : below(path, place);
    const entryName = name === "" ? inside.slice(1) : name + inside;
    if (entryName !== "" && entry.type !== "socket") entries.push(tarEntry(files, entry, entryName));
  }
  return entries;
}

function tarEntry(files: FileTree, entry: Entry, name: string): TarEntry {
  const { mode, uid, gid, mtime } = entry;
  const header = { name, size: 0, mode, uid, gid, mtime: new Date(mtime) };
  if (entry.type === "dir") return { header: { ...header, name: `${name}/`, type: "directory" } };
  if (entry.type === "symlink") return { header: { ...header, type: "symlink", linkname: entry.target ?? "" } };
  const body = files.content(entry) as Uint8Array<ArrayBuffer>;
  return { header: { ...header, type: "file", size: body.length }, body };
}

export interface ExtractOptions {
  readonly path: string | undefined;
  readonly noOverwriteDirNonDir: string | undefined;
  readonly copyUIDGID: string | undefined;
}

/** Unpacks the request's tar below a directory of the container; all of it or nothing. */
export async function extract(backend: Backend, request: Request, ref: string, options: ExtractOptions): Promise<void> {
  const asked = ask(backend, ref, options.path);
  const place = looking(asked, () => asked.files.realpath(asked.path));
  if (looking(asked, () => asked.files.stat(place)).type !== "dir")
    throw invalidParameter("extraction point is not a directory");
  const archive = await readArchive(await readBytes(request.body), backend.blobs);
  const owner = isTrue(options.copyUIDGID) ? userOf(asked.row) : undefined;
  const strict = isTrue(options.noOverwriteDirNonDir);
  const ops = archive.flatMap((file) => opsOf(asked.files, place, file, strict, owner));
  const root = { kind: "container", id: asked.row.id } as const;
  const { error } = backend.dispatch("files.apply", { root, ops: ops.sort((a, b) => rank(a) - rank(b)) });
  if (error) throw fault(error);
  noteEvent(backend, asked.row, "extract-to-dir");
}

/** Times come last: what is written into a directory moves its own. */
const rank = (op: FileOp) => (op.op === "utimes" ? 1 : 0);

function opsOf(
  files: FileTree,
  place: string,
  { entry }: ArchiveFile,
  strict: boolean,
  owner: { uid: number; gid: number } | undefined,
): FileOp[] {
  const path = place === "/" ? entry.path : place + entry.path;
  const old = existing(files, path);
  if (strict && old && (old === "dir") !== (entry.type === "dir"))
    throw systemError(
      old === "dir"
        ? `cannot overwrite directory ${JSON.stringify(path)} with non-directory ${JSON.stringify(place)}`
        : `cannot overwrite non-directory ${JSON.stringify(path)} with directory ${JSON.stringify(place)}`,
    );
  const ops: FileOp[] = [{ op: "mkdir", path: parentOf(path) || "/", recursive: true }];
  const keeps = entry.type === "dir" && old === "dir";
  if (old && !keeps) ops.push({ op: "rm", path, recursive: true });
  if (entry.type === "symlink") return [...ops, { op: "symlink", path, target: entry.target ?? "" }];
  if (entry.type === "dir") ops.push({ op: "mkdir", path, recursive: true, mode: entry.mode });
  else ops.push({ op: "write", path, blob: entry.blob ?? "", size: entry.size, mode: entry.mode });
  const { uid, gid } = owner ?? entry;
  ops.push({ op: "chmod", path, mode: entry.mode }, { op: "chown", path, uid, gid });
  return [...ops, { op: "utimes", path, mtime: entry.mtime }];
}

function existing(files: FileTree, path: string): Stat["type"] | undefined {
  try {
    return files.lstat(path).type;
  } catch {
    return undefined;
  }
}

/** The container's user where it is given by numbers; names are root's here, as an unknown user would be. */
function userOf(row: ContainerRow): { uid: number; gid: number } {
  const [uid = "", gid = ""] = (row.config.User ?? "").split(":");
  return { uid: Number(uid) || 0, gid: Number(gid) || 0 };
}

function fault({ code, path }: { code: string; path: string }): Error {
  if (code === "EROFS") return systemError("container rootfs is marked read-only");
  if (code === "ENOSPC") return systemError(`write ${path}: no space left on device`);
  return systemError(`${path}: ${code}`);
}
