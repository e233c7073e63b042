/**
 * The file systems of the simulation, read side: what a machine, a container, an image or a build's context shows at a
 * path, through layers, whiteouts, symbolic links and mounts. `file-ops.ts` writes.
 */
import type { Catalog } from "../engine/catalog";
import type { ContainerRow, MountPoint } from "../engine/tables";
import type { Blobs } from "../room";
import type { View } from "../store/store";
import { etcLayer, isEtcTree, mountsOf } from "./etc";
import { byCodePoint, catalogLayer, contentOfEntry, type Entry, type Layer, Overlay, treeLayer } from "./layers";
import { baseName, below, isWithin, joinPath, normalise, parentOf } from "./paths";
import type { RootRef } from "./tables";

/** What is needed to read: a `Tx` is one. */
export interface FileSource extends View {
  readonly blobs: Blobs;
  readonly catalog: Catalog;
}

/** Refused as Unix refuses: `code` is ENOENT, ENOTDIR, EISDIR, ELOOP, EEXIST, ENOTEMPTY, EROFS, EINVAL, ENOSPC, ENXIO. */
export class FileError extends Error {
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
    this.path = path;
  }
}

export interface Stat {
  readonly type: "file" | "dir" | "symlink" | "socket";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

/** A part of the name space: a stack of layers mounted somewhere, its writable tree if it has one. */
export interface Volume {
  readonly at: string;
  readonly overlay: Overlay;
  /** Tree and prefix that take the writes; the first layer of the overlay. */
  readonly tree: string;
  readonly prefix: string;
  readonly readOnly: boolean;
}

/** Links followed for one path before ELOOP, as Linux. */
const MAX_LINKS = 40;

export class FileTree {
  readonly #volumes: readonly Volume[]; // deepest mount first, the root last
  readonly #blobs: Blobs;

  constructor(volumes: readonly Volume[], blobs: Blobs) {
    this.#volumes = [...volumes].sort((a, b) => b.at.length - a.at.length);
    this.#blobs = blobs;
  }

  stat(path: string): Stat {
    return this.#entryAt(this.realpath(path), path) as Stat;
  }

  lstat(path: string): Stat {
    return this.#entryAt(this.place(path), path) as Stat;
  }

  exists(path: string): boolean {
    try {
      return this.entry(this.realpath(path)) !== undefined;
    } catch {
      return false;
    }
  }

  readFile(path: string): Uint8Array {
    const entry = this.#entryAt(this.realpath(path), path);
    if (entry.type === "dir") throw new FileError("EISDIR", path);
    if (entry.type === "socket") throw new FileError("ENXIO", path);
    return contentOfEntry(entry, this.#blobs);
  }

  /** Names, sorted by code point. */
  readdir(path: string): string[] {
    const place = this.realpath(path);
    if (this.#entryAt(place, path).type !== "dir") throw new FileError("ENOTDIR", path);
    const volume = this.volumeOf(place);
    const names = volume.overlay.list(below(place, volume.at));
    return this.#withMounts(place, names);
  }

  readlink(path: string): string {
    const entry = this.#entryAt(this.place(path), path);
    if (entry.type !== "symlink") throw new FileError("EINVAL", path);
    return entry.target ?? "";
  }

  /** The path with every link followed. The last part need not exist. */
  realpath(path: string): string {
    return this.#resolve(normalise(path), path, true, { links: 0 });
  }

  /** The path with the links of its directories followed, its last part left as it is. */
  place(path: string): string {
    return this.#resolve(normalise(path), path, false, { links: 0 });
  }

  /** The entry at a resolved path. */
  entry(place: string): Entry | undefined {
    const volume = this.volumeOf(place);
    const found = volume.overlay.get(below(place, volume.at));
    if (found) return found;
    return this.#volumes.some((mount) => mount.at !== "/" && isWithin(mount.at, place)) ? DIRECTORY : undefined;
  }

  volumeOf(place: string): Volume {
    return this.#volumes.find((volume) => isWithin(place, volume.at)) as Volume;
  }

  /** A resolved path and all below it, each directory before what is in it. */
  *walk(place: string): Generator<{ readonly path: string; readonly entry: Entry }> {
    const entry = this.entry(place);
    if (!entry) return;
    yield { path: place, entry };
    if (entry.type === "dir") for (const name of this.readdir(place)) yield* this.walk(joinPath(place, name));
  }

  content(entry: Entry): Uint8Array {
    return contentOfEntry(entry, this.#blobs);
  }

  #entryAt(place: string, asked: string): Entry {
    const entry = this.entry(place);
    if (!entry) throw new FileError("ENOENT", asked);
    return entry;
  }

  #resolve(path: string, asked: string, last: boolean, budget: { links: number }): string {
    let place = "/";
    const parts = path.split("/").filter((part) => part !== "");
    for (let n = 0; n < parts.length; n++) {
      const isLast = n === parts.length - 1;
      const next = joinPath(place, parts[n] as string);
      const entry = this.entry(next);
      if (entry?.type === "symlink" && (last || !isLast)) {
        if (++budget.links > MAX_LINKS) throw new FileError("ELOOP", asked);
        const target = normalise([entry.target ?? "", ...parts.slice(n + 1)].join("/"), place);
        return this.#resolve(target, asked, last, budget);
      }
      if (!isLast && !entry) throw new FileError("ENOENT", asked);
      if (!isLast && entry?.type !== "dir") throw new FileError("ENOTDIR", asked);
      place = next;
    }
    return place;
  }

  #withMounts(place: string, names: string[]): string[] {
    const mounted = this.#volumes.filter(
      (volume) => volume.at !== "/" && volume.at !== place && isWithin(volume.at, place),
    );
    if (mounted.length === 0) return names;
    const all = new Set([...names, ...mounted.map((volume) => below(volume.at, place).split("/")[1] as string)]);
    return [...all].sort(byCodePoint);
  }
}

const DIRECTORY: Entry = { type: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 4096 };

/** The files a process of this root sees. Throws FileError ENOENT when there is no such root. */
export function openRoot(source: FileSource, root: RootRef): FileTree {
  if (root.kind === "machine") return new FileTree([machineVolume(source, root.id)], source.blobs);
  const container = source.table("containers").get(root.id);
  if (!container) throw new FileError("ENOENT", "/");
  return new FileTree(
    [containerVolume(source, container), ...mountsOf(container).map((mount) => mountVolume(source, container, mount))],
    source.blobs,
  );
}

/** The files of an image, read only. */
export function openLayers(source: FileSource, diffIds: readonly string[]): FileTree {
  const overlay = new Overlay(imageLayers(source, diffIds));
  return new FileTree([{ at: "/", overlay, tree: "", prefix: "/", readOnly: true }], source.blobs);
}

/** One tree by itself: a volume, a build's context. */
export function openTree(source: FileSource, tree: string, diffIds: readonly string[] = []): FileTree {
  const overlay = new Overlay([treeLayer(source, tree), ...imageLayers(source, diffIds)]);
  return new FileTree([{ at: "/", overlay, tree, prefix: "/", readOnly: false }], source.blobs);
}

function machineVolume(source: FileSource, machine: string, at = "/", prefix = "/", readOnly = false): Volume {
  const tree = `machine:${machine}`;
  const base = catalogLayer(source.catalog.machineFiles());
  const inside = (path: string) => (prefix === "/" ? path : path === "/" ? prefix : prefix + path);
  const bottom: Layer = { get: (path) => base.get(inside(path)), list: (directory) => base.list(inside(directory)) };
  return { at, overlay: new Overlay([treeLayer(source, tree, prefix), bottom]), tree, prefix, readOnly };
}

function containerVolume(source: FileSource, container: ContainerRow): Volume {
  const tree = `container:${container.id}`;
  const overlay = new Overlay([treeLayer(source, tree), ...imageLayers(source, layersOfContainer(source, container))]);
  return { at: "/", overlay, tree, prefix: "/", readOnly: container.hostConfig.ReadonlyRootfs === true };
}

function mountVolume(source: FileSource, container: ContainerRow, mount: MountPoint): Volume {
  const at = normalise(mount.target);
  if (mount.tree.startsWith("machine:")) return machineMount(source, mount, at);
  const written = treeLayer(source, mount.tree);
  return {
    at,
    overlay: new Overlay(isEtcTree(mount.tree) ? [written, etcLayer(container, mount.tree)] : [written]),
    tree: mount.tree,
    prefix: "/",
    readOnly: mount.readOnly,
  };
}

/** A bind mount; of a file, the mount is that one file. */
function machineMount(source: FileSource, mount: MountPoint, at: string): Volume {
  const prefix = normalise(mount.source);
  return machineVolume(source, mount.tree.slice("machine:".length), at, prefix, mount.readOnly);
}

/** The layers below a container's own, bottom first. */
export function layersOfContainer(view: View, container: ContainerRow): readonly string[] {
  return container.layers ?? view.table("images").get(`${container.machine}/${container.imageId}`)?.layers ?? [];
}

/** Opens layers given bottom first; the result is topmost first. */
export function imageLayers(source: FileSource, diffIds: readonly string[]): Layer[] {
  const layers: Layer[] = [];
  for (const diffId of diffIds) {
    const row = source.table("layers").get(diffId);
    if (row?.source === "catalog" && row.reference) layers.unshift(catalogLayer(source.catalog.layer(row.reference)));
    else layers.unshift(treeLayer(source, `layer:${diffId}`));
  }
  return layers;
}

export { baseName, joinPath, normalise, parentOf };
