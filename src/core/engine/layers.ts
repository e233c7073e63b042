/**
 * Layers: frozen trees of files, known by the digest of their content and shared by all machines of the cluster. Those
 * of the catalogue have no rows of files; those of builds, commits and pushed images have the tree `layer:DIFFID`.
 */
import { sha256 } from "../digest";
import { deleteTree, treeEntries } from "../machine/file-ops";
import type { FileSource } from "../machine/files";
import { catalogLayer, fileId } from "../machine/layers";
import type { FileRow } from "../machine/tables";
import type { Tx } from "../room";
import { contentOf, type ResolvedLayer } from "./catalog";
import type { LayerRow } from "./tables";

/** What a layer holds of one file: its row without its place. */
export type LayerEntry = Omit<FileRow, "id" | "tree">;

/** Bind-mounted into every container by the engine, so never part of what a container wrote. */
const MOUNTED = new Set(["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]);

export function addCatalogLayer(tx: Tx, layer: ResolvedLayer, repository: string): void {
  const known = tx.table("layers").get(layer.diffId);
  if (known) {
    addSource(tx, known, repository);
    return;
  }
  const { diffId, size, reference, digest, compressedSize } = layer;
  tx.table("layers").put({
    id: diffId,
    size,
    source: "catalog",
    reference,
    digest,
    compressedSize,
    from: [repository],
  });
}

/** Remembers that a registry has the layer under this repository: a later push mounts it from there. */
export function addSource(tx: Tx, layer: LayerRow, repository: string): void {
  const from = layer.from ?? [];
  if (!from.includes(repository)) tx.table("layers").patch(layer.id, { from: [...from, repository] });
}

/** What was written to a container's own layer, by path. */
export function writtenEntries(tx: Tx, tree: string): LayerEntry[] {
  return treeEntries(tx, tree)
    .filter((row) => !MOUNTED.has(row.path) && row.path !== "/")
    .map(({ id: _, tree: __, ...entry }) => entry);
}

/** Freezes entries into a layer and returns its diff id; undefined when there is nothing in them. */
export function freezeLayer(tx: Tx, entries: readonly LayerEntry[]): string | undefined {
  if (entries.length === 0) return undefined;
  const diffId = diffIdOf(entries);
  if (tx.table("layers").has(diffId)) return diffId;
  const size = entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0);
  putLayer(
    tx,
    {
      id: diffId,
      size,
      source: "tree",
      digest: `sha256:${sha256(`gzip ${diffId}`)}`,
      compressedSize: 128 + Math.ceil(size * 0.4),
    },
    entries,
  );
  return diffId;
}

export function putLayer(tx: Tx, layer: LayerRow, entries: readonly LayerEntry[]): void {
  const tree = `layer:${layer.id}`;
  tx.table("layers").put(layer);
  for (const entry of entries) tx.table("files").put({ ...entry, id: fileId(tree, entry.path), tree });
}

/** The digest of the content; times do not count, so that the same command gives the same layer. */
export function diffIdOf(entries: readonly LayerEntry[]): string {
  const listing = entries.map(({ path, type, mode, uid, gid, opaque, blob, target }) => [
    path,
    type,
    mode,
    uid,
    gid,
    opaque ?? false,
    blob ?? target ?? "",
  ]);
  return `sha256:${sha256(JSON.stringify(listing))}`;
}

/** Forgets layers that no image and no container of the cluster stands on any more. */
export function releaseLayers(tx: Tx, diffIds: readonly string[]): void {
  const used = new Set<string>();
  for (const image of tx.table("images").all()) for (const layer of image.layers) used.add(layer);
  for (const container of tx.table("containers").all()) for (const layer of container.layers ?? []) used.add(layer);
  for (const diffId of diffIds) {
    if (used.has(diffId)) continue;
    if (tx.table("layers").get(diffId)?.source === "tree") deleteTree(tx, `layer:${diffId}`);
    tx.table("layers").delete(diffId);
  }
}

/** Bytes of a layer as shown. */
export const layerSize = (
  tx: { table(name: "layers"): { get(id: string): LayerRow | undefined } },
  diffId: string,
): number => tx.table("layers").get(diffId)?.size ?? 0;

/** A layer's files, for an archive; the content of those of the catalogue is given instead of a digest. */
export function layerEntries(source: FileSource, diffId: string): (LayerEntry & { readonly content?: Uint8Array })[] {
  const row = source.table("layers").get(diffId);
  if (row?.source !== "catalog" || !row.reference)
    return treeEntries(source, `layer:${diffId}`).map(({ id: _, tree: __, ...entry }) => entry);
  const index = source.catalog.layer(row.reference);
  const layer = catalogLayer(index);
  return [...index.paths()].sort().flatMap((path) => {
    const entry = layer.get(path);
    if (!entry || path === "/") return [];
    const { file, ...plain } = entry;
    return [{ path, ...plain, ...(file ? { content: contentOf(file) } : {}) }];
  });
}
