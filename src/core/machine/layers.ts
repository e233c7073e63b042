/**
 * Layers of files and what is seen through a stack of them, as overlayfs shows it: the topmost entry of a path counts,
 * a whiteout hides what lies below it, an opaque directory hides what the lower ones have in it. Every question
 * touches the asked path and its directories only.
 */
import { encodeUtf8 } from "../bytes";
import type { CatalogFile, FileIndex } from "../engine/catalog";
import type { Blobs } from "../room";
import type { View } from "../store/store";
import { baseName, joinPath, parentOf } from "./paths";
import type { FileRow } from "./tables";

/** An entry as a layer has it. */
export interface Entry {
  readonly type: FileRow["type"];
  readonly opaque?: true;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly size: number;
  readonly target?: string;
  /** Digest of the content, where it lies in the blob store. */
  readonly blob?: string;
  /** The content, for entries of the catalogue. */
  readonly file?: CatalogFile;
}

export interface Layer {
  get(path: string): Entry | undefined;
  /** Names in a directory, whiteouts included. */
  list(directory: string): Iterable<string>;
}

const ROOT: Entry = { type: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 4096 };

export const fileId = (tree: string, path: string): string => `${tree}\0${path}`;

/** A tree of the `files` table; `prefix` makes one of its directories the root. */
export function treeLayer(view: View, tree: string, prefix = "/"): Layer {
  const files = view.table("files");
  const inside = (path: string) => (prefix === "/" ? path : path === "/" ? prefix : prefix + path);
  return {
    get: (path) => files.get(fileId(tree, inside(path))),
    list: (directory) => files.by("directory", `${tree}\0${inside(directory)}`).map((row) => baseName(row.path)),
  };
}

export function catalogLayer(index: FileIndex): Layer {
  return {
    get: (path) => {
      const file = index.get(path);
      return file && entryOf(file);
    },
    list: (directory) => index.list(directory),
  };
}

const entries = new WeakMap<CatalogFile, Entry>();

function entryOf(file: CatalogFile): Entry {
  const known = entries.get(file);
  if (known) return known;
  const entry: Entry = {
    type: file.type,
    mode: file.mode ?? (file.type === "file" ? 0o644 : file.type === "dir" ? 0o755 : 0o777),
    uid: file.uid ?? 0,
    gid: file.gid ?? 0,
    mtime: 0,
    size: file.type === "dir" ? 4096 : encodeUtf8(file.content ?? file.target ?? "").length,
    ...(file.target === undefined ? {} : { target: file.target }),
    ...(file.type === "file" ? { file } : {}),
  };
  entries.set(file, entry);
  return entry;
}

/** The bytes of a file entry. */
export function contentOfEntry(entry: Entry, blobs: Blobs): Uint8Array {
  if (entry.file) return encodeUtf8(entry.file.content ?? "");
  return (entry.blob && blobs.get(entry.blob)) || new Uint8Array(0);
}

/** A stack of layers, topmost first. */
export class Overlay {
  readonly layers: readonly Layer[];
  constructor(layers: readonly Layer[]) {
    this.layers = layers;
  }

  get(path: string, from = 0): Entry | undefined {
    for (let n = from; n < this.layers.length; n++) {
      const layer = this.layers[n] as Layer;
      const entry = layer.get(path);
      if (entry) return entry.type === "whiteout" ? undefined : entry;
      if (covers(layer, path)) return undefined;
    }
    return path === "/" ? ROOT : undefined;
  }

  /** Names in a directory, sorted by code point. */
  list(directory: string): string[] {
    const seen = new Set<string>();
    const names: string[] = [];
    for (const layer of this.layers) {
      for (const name of layer.list(directory)) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (layer.get(joinPath(directory, name))?.type !== "whiteout") names.push(name);
      }
      const entry = layer.get(directory);
      if (entry ? entry.opaque || entry.type !== "dir" : covers(layer, directory)) break;
    }
    return names.sort(byCodePoint);
  }
}

/** Whether a layer hides what lower ones have at a path that it does not have itself. */
function covers(layer: Layer, path: string): boolean {
  for (let up = parentOf(path); up !== ""; up = parentOf(up)) {
    const entry = layer.get(up);
    if (entry && (entry.type !== "dir" || entry.opaque)) return true;
  }
  return false;
}

export const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
