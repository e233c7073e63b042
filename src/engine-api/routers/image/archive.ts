/**
 * Archives in and out: a tar (plain or gzip) of a client becomes entries of files with their contents in the blob store,
 * and entries become a tar. Deletions are told as in image layers, by `.wh.` names.
 */
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import type { LayerEntry } from "../../../core/engine/layers";
import { invalidParameter } from "../../../core/errors";
import { MAX_FILE_BYTES, MAX_TREE_FILES } from "../../../core/limits";
import { baseName, joinPath, normalise, parentOf } from "../../../core/machine/paths";
import type { Backend } from "../../backend";
import { withEnd } from "./tar-end";

/** Bytes of an archive that is taken in, packed or not. */
const LARGEST_ARCHIVE = 96 * 1024 * 1024;

type Blobs = Backend["blobs"];

/** Reads a whole body, within bounds. */
export async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(body)) {
    size += chunk.length;
    if (size > LARGEST_ARCHIVE)
      throw invalidParameter(`archive too large: at most ${LARGEST_ARCHIVE / 1024 / 1024}MB are taken here`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;
const isTar = (bytes: Uint8Array) =>
  bytes.length >= 512 && String.fromCharCode(...bytes.subarray(257, 262)) === "ustar";

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readBytes(
      new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")) as ReadableStream<Uint8Array>,
    );
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("archive too large")) throw error;
    throw invalidParameter("unexpected EOF");
  }
}

/** One file of an archive as it lies there. */
export interface ArchiveFile {
  readonly name: string;
  readonly entry: LayerEntry;
  readonly data?: Uint8Array;
}

/** Unpacks a tar, zipped or not. Throws `unexpected EOF` for what is none. */
export async function readArchive(body: Uint8Array<ArrayBuffer>, blobs: Blobs): Promise<ArchiveFile[]> {
  const bytes = isGzip(body) ? await gunzip(body) : body;
  if (bytes.length > 0 && bytes.length < 512) throw invalidParameter("unexpected EOF");
  const files: ArchiveFile[] = [];
  for (const { header, data } of await unpack(withEnd(bytes))) {
    if (files.length >= MAX_TREE_FILES)
      throw invalidParameter(`too many files in the archive: at most ${MAX_TREE_FILES} are taken here`);
    const file = fileOf(header, data, files, blobs);
    if (file) files.push(file);
  }
  return files;
}

async function unpack(bytes: Uint8Array) {
  try {
    return await unpackTar(bytes, { strict: true });
  } catch {
    throw invalidParameter("unexpected EOF");
  }
}

type Header = Parameters<typeof headerType>[0];

function fileOf(
  header: Header,
  data: Uint8Array | undefined,
  before: readonly ArchiveFile[],
  blobs: Blobs,
): ArchiveFile | undefined {
  const path = normalise(header.name);
  if (header.name.split("/").includes("..")) throw invalidParameter(`invalid path in archive: ${header.name}`);
  const type = headerType(header);
  if (!type || path === "/") return undefined;
  const times = {
    mode: (header.mode ?? (type === "dir" ? 0o755 : 0o644)) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    mtime: header.mtime?.getTime() ?? 0,
  };
  if (header.type === "link") return hardLink(header, path, times, before);
  if (type === "symlink")
    return {
      name: header.name,
      entry: { path, type, ...times, mode: 0o777, size: header.linkname?.length ?? 0, target: header.linkname ?? "" },
    };
  if (type === "dir") return { name: header.name, entry: { path, type, ...times, size: 4096 } };
  const content = data ?? new Uint8Array(0);
  if (content.length > MAX_FILE_BYTES)
    throw invalidParameter(`${header.name}: file too large: at most ${MAX_FILE_BYTES / 1024 / 1024}MB are taken here`);
  return {
    name: header.name,
    data: content,
    entry: { path, type, ...times, size: content.length, blob: blobs.put(content) },
  };
}

function headerType(header: {
  name: string;
  type?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: Date;
  linkname?: string;
}): "file" | "dir" | "symlink" | undefined {
  if (header.type === "directory") return "dir";
  if (header.type === "symlink") return "symlink";
  if (
    header.type === undefined ||
    header.type === "file" ||
    header.type === "link" ||
    header.type === "contiguous-file"
  )
    return "file";
  return undefined;
}

function hardLink(
  header: Header,
  path: string,
  times: Pick<LayerEntry, "mode" | "uid" | "gid" | "mtime">,
  before: readonly ArchiveFile[],
): ArchiveFile | undefined {
  const target = before.find((file) => file.entry.path === normalise(header.linkname ?? ""));
  return (
    target && {
      name: header.name,
      ...(target.data ? { data: target.data } : {}),
      entry: { ...target.entry, ...times, path },
    }
  );
}

/** Entries of an unpacked image layer: `.wh.` names become deletions. */
export function layerOf(files: readonly ArchiveFile[]): LayerEntry[] {
  const opaque = new Set(
    files.filter(({ entry }) => baseName(entry.path) === ".wh..wh..opq").map(({ entry }) => parentOf(entry.path)),
  );
  const entries = files.flatMap(({ entry }): LayerEntry[] => {
    const name = baseName(entry.path);
    if (name === ".wh..wh..opq") return [];
    if (!name.startsWith(".wh.")) return [opaque.has(entry.path) ? { ...entry, opaque: true } : entry];
    return [
      {
        path: joinPath(parentOf(entry.path), name.slice(4)),
        type: "whiteout",
        mode: 0,
        uid: 0,
        gid: 0,
        mtime: entry.mtime,
        size: 0,
      },
    ];
  });
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The digests of archives among files to what is in them: what ADD unpacks, read before the build begins. */
export async function archivesIn(files: readonly ArchiveFile[], blobs: Blobs): Promise<Record<string, string>> {
  const archives: Record<string, string> = {};
  for (const { data, entry } of files) {
    if (!data || !entry.blob || !(isGzip(data) || isTar(data))) continue;
    const inside = await readArchive(data as Uint8Array<ArrayBuffer>, blobs).catch(() => undefined);
    if (inside?.length)
      archives[entry.blob] = blobs.put(new TextEncoder().encode(JSON.stringify(inside.map((file) => file.entry))));
  }
  return archives;
}

/** A tar of a layer. */
export function packLayer(
  entries: readonly (LayerEntry & { readonly content?: Uint8Array })[],
  blobs: Blobs,
): Promise<Uint8Array<ArrayBuffer>> {
  return packTar(entries.flatMap((entry) => tarEntries(entry, blobs)));
}

function tarEntries(entry: LayerEntry & { readonly content?: Uint8Array }, blobs: Blobs): TarEntry[] {
  const name = entry.path.slice(1);
  const header = { name, size: 0, mode: entry.mode, uid: entry.uid, gid: entry.gid, mtime: new Date(entry.mtime) };
  if (entry.type === "whiteout")
    return [
      {
        header: {
          ...header,
          name: joinPath(parentOf(entry.path), `.wh.${baseName(entry.path)}`).slice(1),
          type: "file",
        },
      },
    ];
  if (entry.type === "symlink") return [{ header: { ...header, type: "symlink", linkname: entry.target ?? "" } }];
  if (entry.type === "dir") {
    const directory: TarEntry = { header: { ...header, name: `${name}/`, type: "directory" } };
    return entry.opaque
      ? [directory, { header: { ...header, name: `${name}/.wh..wh..opq`, type: "file" } }]
      : [directory];
  }
  const body = entry.content ?? blobs.get(entry.blob ?? "") ?? new Uint8Array(0);
  return [{ header: { ...header, type: "file", size: body.length }, body: body as Uint8Array<ArrayBuffer> }];
}
