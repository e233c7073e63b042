/** The files of a machine or a container as a program sees them: reads go to the core's view, each write is a step. */
import type { FileStat, Files } from "../api/process";
import { MAX_FILE_BYTES } from "../core/limits";
import { FileError, type FileSource, type FileTree, openRoot } from "../core/machine/files";
import type { FileOp } from "../core/machine/process";
import type { RootRef } from "../core/machine/tables";
import type { BlobCache } from "./blobs";
import type { Simulation } from "./simulation";

export interface FileStore {
  readonly simulation: Simulation;
  readonly blobs: BlobCache;
  readonly source: FileSource;
}

export function createHostFiles(store: FileStore, root: RootRef): Files {
  const tree = (): FileTree => openRoot(store.source, root);
  const apply = (...ops: FileOp[]): void => {
    const { error } = store.simulation.dispatchQuick("files.apply", { root, ops });
    if (error) throw new FileError(error.code, error.path);
  };
  const write = (path: string, data: Uint8Array | string, append: boolean, mode?: number): void => {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    if (bytes.length > MAX_FILE_BYTES) throw new FileError("ENOSPC", path); // before its digest is computed
    const blob = store.blobs.put(bytes);
    apply({
      op: "write",
      path,
      blob,
      size: bytes.length,
      ...(append ? { append } : {}),
      ...(mode === undefined ? {} : { mode }),
    });
  };
  return {
    stat: (path) => tree().stat(path) as FileStat,
    lstat: (path) => tree().lstat(path) as FileStat,
    exists: (path) => tree().exists(path),
    readFile: (path) => tree().readFile(path),
    writeFile: (path, data, mode) => write(path, data, false, mode),
    appendFile: (path, data) => write(path, data, true),
    readdir: (path) => tree().readdir(path),
    mkdir: (path, options) => apply({ op: "mkdir", path, ...options }),
    rm: (path, options) => apply({ op: "rm", path, ...options }),
    rename: (from, to) => apply({ op: "rename", path: from, to }),
    symlink: (target, path) => apply({ op: "symlink", path, target }),
    readlink: (path) => tree().readlink(path),
    chmod: (path, mode) => apply({ op: "chmod", path, mode }),
    chown: (path, uid, gid) => apply({ op: "chown", path, uid, gid }),
    utimes: (path, mtime) => apply({ op: "utimes", path, mtime }),
    realpath: (path) => tree().realpath(path),
  };
}
