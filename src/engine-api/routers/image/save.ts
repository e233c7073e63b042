/** `docker save` and `docker load`: archives in the layout both Docker and OCI read. */
import { packTar, type TarEntry } from "modern-tar";
import { configDocument } from "../../../core/engine/image-document";
import { lookUpImage } from "../../../core/engine/images";
import { layerEntries } from "../../../core/engine/layers";
import type { LoadedImage } from "../../../core/engine/load";
import { parseReference } from "../../../core/engine/references";
import type { ImageRow } from "../../../core/engine/tables";
import { invalidParameter, notFound } from "../../../core/errors";
import type { FileSource } from "../../../core/machine/files";
import type { Backend } from "../../backend";
import { type ArchiveFile, layerOf, packLayer, readArchive } from "./archive";

const BLOBS = "blobs/sha256";
const LAYOUT = { "oci-layout": { imageLayoutVersion: "1.0.0" } };

interface Saved {
  readonly row: ImageRow;
  readonly tags: readonly string[];
}

/** Throws `No such image: NAME`, the name as given. */
export async function saveImages(backend: Backend, names: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const images = new Map<string, { row: ImageRow; tags: string[] }>();
  for (const name of names)
    for (const { row, tags } of chosen(backend, name)) {
      const known = images.get(row.imageId);
      if (known) known.tags.push(...tags);
      else images.set(row.imageId, { row, tags: [...tags] });
    }
  const entries: TarEntry[] = [directory("blobs/"), directory(`${BLOBS}/`)];
  const manifest: unknown[] = [];
  const written = new Set<string>();
  for (const saved of images.values()) manifest.push(await saveImage(backend, saved, entries, written));
  entries.push(text("manifest.json", JSON.stringify(manifest)));
  for (const [name, value] of Object.entries(LAYOUT)) entries.push(text(name, JSON.stringify(value)));
  return packTar(entries);
}

/** A bare repository name means all its tags. */
function chosen(backend: Backend, name: string): Saved[] {
  const bare = !/[:@]/.test(name.slice(name.lastIndexOf("/") + 1));
  if (bare) {
    const rows = backend.view.table("images").by("machine", backend.machine);
    const all = rows.flatMap((row) => {
      const tags = row.repoTags.filter((tag) => tag.slice(0, tag.lastIndexOf(":")) === name);
      return tags.length > 0 ? [{ row, tags }] : [];
    });
    if (all.length > 0) return all;
  }
  const row = lookUpImage(backend.view, backend.machine, name);
  if (!row) throw notFound(`No such image: ${name}`);
  return [{ row, tags: row.repoTags.filter((tag) => tag === name || tag === familiar(name)) }];
}

function familiar(name: string): string {
  try {
    const { path, tag } = parseReference(name);
    return `${path.replace(/^library\//, "")}:${tag ?? "latest"}`;
  } catch {
    return name;
  }
}

async function saveImage(
  backend: Backend,
  { row, tags }: Saved,
  entries: TarEntry[],
  written: Set<string>,
): Promise<unknown> {
  const config = configDocument(row);
  const blob = async (id: string, body: () => Promise<Uint8Array<ArrayBuffer>>) => {
    const name = `${BLOBS}/${id.slice(7)}`;
    if (!written.has(name)) {
      const bytes = await body();
      entries.push({ header: { name, size: bytes.length, mode: 0o644, mtime: new Date(row.createdAt) }, body: bytes });
      written.add(name);
    }
    return name;
  };
  const Layers: string[] = [];
  for (const diffId of row.layers)
    Layers.push(
      await blob(diffId, async () => (await packLayer(layerEntries(filesOf(backend), diffId), backend.blobs)).slice()),
    );
  const Config = await blob(row.imageId, async () => new TextEncoder().encode(config).slice());
  return { Config, RepoTags: tags.length > 0 ? tags : null, Layers };
}

const filesOf = ({ view, blobs, catalog }: Backend): FileSource => ({
  blobs,
  catalog,
  table: (name) => view.table(name),
});

const directory = (name: string): TarEntry => ({
  header: { name, size: 0, type: "directory", mode: 0o755, mtime: new Date(0) },
});

function text(name: string, content: string): TarEntry {
  const body = new TextEncoder().encode(content);
  return { header: { name, size: body.length, mode: 0o644, mtime: new Date(0) }, body };
}

interface ManifestEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** Reads an archive of `docker save`. Throws `unexpected EOF` and the like. */
export async function readSaved(backend: Backend, body: Uint8Array<ArrayBuffer>): Promise<LoadedImage[]> {
  const files = new Map((await readArchive(body, backend.blobs)).map((file) => [file.entry.path.slice(1), file]));
  const manifest = files.get("manifest.json")?.data;
  if (!manifest) throw invalidParameter("invalid archive: does not contain a manifest.json");
  try {
    const list = JSON.parse(new TextDecoder().decode(manifest)) as ManifestEntry[];
    const images: LoadedImage[] = [];
    for (const entry of list) images.push(await readImage(backend, files, entry));
    return images;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw invalidParameter(`invalid manifest.json: ${error.message}`);
    throw error;
  }
}

async function readImage(
  backend: Backend,
  files: ReadonlyMap<string, ArchiveFile>,
  entry: ManifestEntry,
): Promise<LoadedImage> {
  const dataOf = (name: string) => {
    const data = files.get(name)?.data;
    if (!data) throw invalidParameter(`open ${name}: no such file or directory`);
    return data as Uint8Array<ArrayBuffer>;
  };
  const config = new TextDecoder().decode(dataOf(entry.Config));
  const diffIds = (JSON.parse(config) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids;
  const layers: LoadedImage["layers"][number][] = [];
  for (const [n, name] of entry.Layers.entries()) {
    const diffId = diffIds[n] ?? "";
    const known = catalogLayer(backend, diffId);
    const entries = known ? [] : layerOf(await readArchive(dataOf(name), backend.blobs));
    const size = known?.size ?? entries.reduce((sum, one) => sum + (one.type === "file" ? one.size : 0), 0);
    layers.push({ diffId, size, entries, ...(known ? { reference: known.reference } : {}) });
  }
  return { config, repoTags: entry.RepoTags ?? [], layers };
}

/** The layer of the catalogue with this digest: its nominal size and files are those of the bundle. */
const catalogLayer = (backend: Backend, diffId: string) =>
  backend.catalog
    .images()
    .flatMap((image) => image.layers)
    .find((layer) => layer.diffId === diffId);
