/**
 * The file systems of the simulation, write side: `files.apply` and what the engine itself writes. A batch is all or
 * nothing; the lower layers are never touched, a deletion there becomes a whiteout.
 */
import { MAX_FILE_BYTES, MAX_TREE_FILES } from "../limits";
import type { Tx } from "../room";
import { FileError, FileTree, openRoot, type Volume } from "./files";
import { type Entry, fileId } from "./layers";
import { below, isWithin, joinPath, normalise, parentOf } from "./paths";
import type { FileOp } from "./process";
import type { FileRow, RootRef } from "./tables";

/** Carries out the operations in order; on an error nothing of them remains. */
export function applyOps(
  tx: Tx,
  root: RootRef,
  ops: readonly FileOp[],
): { error?: { code: string; path: string; op: number } } {
  return applyTo(tx, () => openRoot(tx, root), ops);
}

/** The same on an opened tree. */
export function applyTo(
  tx: Tx,
  open: () => FileTree,
  ops: readonly FileOp[],
): { error?: { code: string; path: string; op: number } } {
  const writer = new FileWriter(tx, open);
  for (let n = 0; n < ops.length; n++) {
    try {
      writer.apply(ops[n] as FileOp);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      writer.undo();
      return { error: { code: error.code, path: error.path, op: n } };
    }
  }
  return {};
}

type Attributes = Omit<FileRow, "id" | "tree" | "path">;

/** Writes into one root. Remembers what was there, to undo. */
export class FileWriter {
  readonly #tx: Tx;
  readonly #files: FileTree;
  readonly #before: { readonly id: string; readonly row: FileRow | undefined }[] = [];

  constructor(tx: Tx, open: () => FileTree) {
    this.#tx = tx;
    this.#files = open();
  }

  apply(op: FileOp): void {
    if (op.op === "write") this.#write(op);
    else if (op.op === "mkdir") this.#mkdir(op.path, op.recursive === true, op.mode ?? 0o755);
    else if (op.op === "rm") this.#rm(op);
    else if (op.op === "rename") this.#rename(op.path, op.to);
    else if (op.op === "symlink") this.#symlink(op.path, op.target);
    else if (op.op === "chmod") this.#change(op.path, { mode: op.mode & 0o7777 });
    else if (op.op === "chown") this.#change(op.path, { uid: op.uid, gid: op.gid });
    else this.#change(op.path, { mtime: op.mtime });
  }

  undo(): void {
    const table = this.#tx.table("files");
    for (const { id, row } of this.#before.reverse()) {
      if (row) table.put(row);
      else table.delete(id);
    }
    this.#before.length = 0;
  }

  /** Puts an entry at a resolved path, its directories given to be there. */
  put(place: string, attributes: Attributes): void {
    const { volume, path } = this.#target(place);
    const id = fileId(volume.tree, path);
    if (!this.#tx.table("files").has(id) && this.#tx.table("files").count("tree", volume.tree) >= MAX_TREE_FILES)
      throw new FileError("ENOSPC", place);
    this.#store(id, { id, tree: volume.tree, path, ...attributes });
  }

  #write(op: FileOp & { op: "write" }): void {
    const place = this.#files.realpath(op.path);
    const old = this.#files.entry(place);
    if (old?.type === "dir") throw new FileError("EISDIR", op.path);
    if (old?.type === "socket") throw new FileError("ENXIO", op.path);
    this.#needDirectory(place, op.path);
    let { blob, size } = op;
    if (op.append && old && old.size > 0) ({ blob, size } = this.#append(old, blob));
    if (size > 0) this.#needSpace(place, op.path);
    if (size > MAX_FILE_BYTES) throw new FileError("ENOSPC", op.path);
    this.put(place, {
      type: "file",
      mode: old?.mode ?? op.mode ?? 0o644,
      uid: old?.uid ?? 0,
      gid: old?.gid ?? 0,
      mtime: this.#tx.now,
      size,
      blob,
    });
  }

  #append(old: Entry, blob: string): { blob: string; size: number } {
    const head = this.#files.content(old);
    const tail = this.#tx.blobs.get(blob) ?? new Uint8Array(0);
    const all = new Uint8Array(head.length + tail.length);
    all.set(head);
    all.set(tail, head.length);
    return { blob: this.#tx.blobs.put(all), size: all.length };
  }

  #mkdir(asked: string, recursive: boolean, mode: number): void {
    const place = this.#realOrSelf(asked, recursive);
    const old = this.#files.entry(place);
    if (old) {
      if (recursive && old.type === "dir") return;
      throw new FileError("EEXIST", asked);
    }
    if (recursive && parentOf(place) !== "") this.#mkdir(parentOf(place), true, 0o755);
    this.#needDirectory(place, asked);
    this.#needSpace(place, asked);
    this.#putDirectory(place, { type: "dir", mode, uid: 0, gid: 0, mtime: this.#tx.now, size: 4096 });
  }

  /** `mkdir -p` meets directories that are not there yet, where nothing can be resolved. */
  #realOrSelf(asked: string, recursive: boolean): string {
    if (!recursive) return this.#files.place(asked);
    const path = normalise(asked);
    const parent = parentOf(path);
    if (parent === "") return "/";
    const above = this.#realOrSelf(parent, true);
    const place = joinPath(above, path.slice(path.lastIndexOf("/") + 1));
    return this.#files.entry(place)?.type === "symlink" ? this.#files.realpath(place) : place;
  }

  /** A new directory hides what a deleted one of the lower layers held. */
  #putDirectory(place: string, attributes: Attributes): void {
    const hides = this.#lower(place) !== undefined;
    this.put(place, hides ? { ...attributes, opaque: true } : attributes);
  }

  #rm(op: FileOp & { op: "rm" }): void {
    let place: string;
    try {
      place = this.#files.place(op.path);
    } catch (error) {
      if (op.force && error instanceof FileError && error.code === "ENOENT") return;
      throw error;
    }
    const entry = this.#files.entry(place);
    if (!entry) {
      if (op.force) return;
      throw new FileError("ENOENT", op.path);
    }
    if (place === "/") throw new FileError("EBUSY", op.path);
    if (this.#files.volumeOf(place).at === place) throw new FileError("EBUSY", op.path);
    if (entry.type === "dir" && !op.recursive && this.#files.readdir(place).length > 0)
      throw new FileError("ENOTEMPTY", op.path);
    this.remove(place);
  }

  /** Removes a resolved path and all below it. */
  remove(place: string): void {
    const { volume, path } = this.#target(place);
    const table = this.#tx.table("files");
    const drop = (at: string): void => {
      for (const row of table.by("directory", `${volume.tree}\0${at}`)) drop(row.path);
      if (table.has(fileId(volume.tree, at))) this.#store(fileId(volume.tree, at), undefined);
    };
    drop(path);
    if (this.#lower(place))
      this.put(place, { type: "whiteout", mode: 0, uid: 0, gid: 0, mtime: this.#tx.now, size: 0 });
  }

  #rename(from: string, to: string): void {
    const source = this.#files.place(from);
    const entry = this.#files.entry(source);
    if (!entry) throw new FileError("ENOENT", from);
    const target = this.#files.place(to);
    if (source === target) return;
    if (isWithin(target, source)) throw new FileError("EINVAL", to);
    this.#needDirectory(target, to);
    const old = this.#files.entry(target);
    if (old?.type === "dir" && entry.type !== "dir") throw new FileError("EISDIR", to);
    if (old && old.type !== "dir" && entry.type === "dir") throw new FileError("ENOTDIR", to);
    if (old?.type === "dir" && this.#files.readdir(target).length > 0) throw new FileError("ENOTEMPTY", to);
    const moved = [...this.#files.walk(source)];
    if (old) this.remove(target);
    for (const { path, entry: part } of moved) this.copy(part, target + (path === source ? "" : below(path, source)));
    this.remove(source);
  }

  #symlink(asked: string, target: string): void {
    const place = this.#files.place(asked);
    if (this.#files.entry(place)) throw new FileError("EEXIST", asked);
    this.#needDirectory(place, asked);
    this.put(place, { type: "symlink", mode: 0o777, uid: 0, gid: 0, mtime: this.#tx.now, size: target.length, target });
  }

  #change(asked: string, fields: Partial<Attributes>): void {
    const place = this.#files.realpath(asked);
    const entry = this.#files.entry(place);
    if (!entry) throw new FileError("ENOENT", asked);
    this.put(place, { ...attributesOf(this.#tx, this.#files, entry), ...fields });
  }

  /** Puts a copy of an entry (of any tree) at a resolved path, with changes. */
  copy(entry: Entry, place: string, changes: Partial<Attributes> = {}, from: FileTree = this.#files): void {
    const attributes = { ...attributesOf(this.#tx, from, entry), ...changes };
    const { opaque: _, ...plain } = attributes;
    if (from !== this.#files && (plain.size > 0 || plain.type === "dir")) this.#needSpace(place, place);
    if (attributes.type !== "dir") this.put(place, plain);
    else if (this.#files.entry(place)?.type === "dir") this.put(place, { ...plain, ...this.#opacity(place) });
    else this.#putDirectory(place, plain);
  }

  #opacity(place: string): { opaque?: true } {
    const { volume, path } = this.#target(place);
    return this.#tx.table("files").get(fileId(volume.tree, path))?.opaque ? { opaque: true } : {};
  }

  /** Refuses when the disk that a path lies on is full. */
  #needSpace(place: string, asked: string): void {
    const machine = machineOf(this.#tx, this.#files.volumeOf(place).tree);
    if (machine !== undefined && this.#tx.table("machines").get(machine)?.disk === "full")
      throw new FileError("ENOSPC", asked);
  }

  #needDirectory(place: string, asked: string): void {
    const parent = this.#files.entry(parentOf(place) || "/");
    if (!parent) throw new FileError("ENOENT", asked);
    if (parent.type !== "dir") throw new FileError("ENOTDIR", asked);
  }

  /** What the layers below the writable one have at a path. */
  #lower(place: string): Entry | undefined {
    const volume = this.#files.volumeOf(place);
    const path = below(place, volume.at);
    return path === "/" ? undefined : volume.overlay.get(path, 1);
  }

  #target(place: string): { volume: Volume; path: string } {
    const volume = this.#files.volumeOf(place);
    if (volume.readOnly) throw new FileError("EROFS", place);
    const inside = below(place, volume.at);
    return { volume, path: volume.prefix === "/" ? inside : inside === "/" ? volume.prefix : volume.prefix + inside };
  }

  #store(id: string, row: FileRow | undefined): void {
    const table = this.#tx.table("files");
    this.#before.push({ id, row: table.get(id) });
    if (row) table.put(row);
    else table.delete(id);
  }
}

/** Whose disk a tree is on; undefined for what lies in memory or belongs to nobody yet. */
function machineOf(tx: Tx, tree: string): string | undefined {
  const [kind, id = ""] = [tree.slice(0, tree.indexOf(":")), tree.slice(tree.indexOf(":") + 1)];
  if (kind === "machine") return id;
  if (kind === "volume") return id.slice(0, id.indexOf("/"));
  return kind === "container" ? tx.table("containers").get(id)?.machine : undefined;
}

/** An entry as a row has it; content of the catalogue moves into the blob store. */
export function attributesOf(tx: Tx, files: FileTree, entry: Entry): Attributes {
  return {
    type: entry.type,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    mtime: entry.mtime,
    size: entry.size,
    ...(entry.opaque ? { opaque: true as const } : {}),
    ...(entry.target === undefined ? {} : { target: entry.target }),
    ...(entry.type === "file" ? { blob: entry.blob ?? tx.blobs.put(files.content(entry)) } : {}),
  };
}

/** Copies what lies below a directory of one tree into a tree of rows, owners and modes kept: an image's files into a new volume. */
export function copyTree(tx: Tx, from: FileTree, directory: string, tree: string): void {
  const place = from.realpath(directory);
  for (const { path, entry } of from.walk(place)) {
    const at = below(path, place);
    const { opaque: _, ...attributes } = attributesOf(tx, from, entry);
    tx.table("files").put({ id: fileId(tree, at), tree, path: at, ...attributes });
  }
}

/** The rows of a tree, by path. */
export function treeEntries(
  view: { table(name: "files"): { by(index: string, key: string): FileRow[] } },
  tree: string,
): FileRow[] {
  return view
    .table("files")
    .by("tree", tree)
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

export function deleteTree(tx: Tx, tree: string): void {
  for (const row of tx.table("files").by("tree", tree)) tx.table("files").delete(row.id);
}

/** Gives a container mount points and the like: a directory with its parents, whatever is there already left alone. */
export function ensureDirectory(tx: Tx, open: () => FileTree, path: string): boolean {
  return applyTo(tx, open, [{ op: "mkdir", path, recursive: true }]).error === undefined;
}

export { FileTree };
