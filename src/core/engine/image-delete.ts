/**
 * `docker rmi` and `docker image prune`: what is untagged, what is deleted with it, and what refuses (moby
 * `daemon/images/image_delete.go`, `image_prune.go`).
 */
import { conflict, DockerError } from "../errors";
import type { Tx } from "../room";
import { chainIds, shortId } from "./image-document";
import { addImageLayersToContainers } from "./image-keep";
import { childrenOf, containersOf, findImage, imageEvent, namesById } from "./images";
import { layerSize, releaseLayers } from "./layers";
import { familiarName, parseReference, withTag } from "./references";
import type { ImageRow } from "./tables";

export type DeleteRecord = { readonly Untagged: string } | { readonly Deleted: string };

interface Conflict {
  readonly hard: boolean;
  readonly used: boolean;
  readonly message: string;
}

const HARD = 1;
const STOPPED = 2;
const ACTIVE_REFERENCE = 4;

/** Removes a name or an image; with `prune` also the untagged images it was built on. Throws conflicts. */
export function deleteImage(tx: Tx, machine: string, text: string, force: boolean, prune: boolean): DeleteRecord[] {
  const row = findImage(tx, machine, text);
  const records: DeleteRecord[] = [];
  const byName = !namesById(row, text);
  if (byName) {
    if (!force && isSingleReference(row)) refuseUsed(tx, row, text);
    if (untagByName(tx, row, text, records)) return records;
  } else if (isSingleReference(row)) {
    const mask = HARD | (force ? 0 : STOPPED);
    const found = conflictOf(tx, row, mask);
    if (found) throw conflictError(row, found);
    for (const name of referencesOf(fresh(tx, row))) untag(tx, row, name, records);
  }
  deleteHelper(tx, row, records, force, prune, byName);
  return records;
}

function refuseUsed(tx: Tx, row: ImageRow, text: string): void {
  const container = containersOf(tx, row)[0];
  if (!container) return;
  throw conflict(
    `conflict: unable to remove repository reference "${text}" (must force) - container ${container.id.slice(0, 12)} is using its referenced image ${shortId(row.imageId)}`,
  );
}

/** Takes the name away; true when the image has other names and stays. */
function untagByName(tx: Tx, row: ImageRow, text: string, records: DeleteRecord[]): boolean {
  const reference = withTag(parseReference(text));
  const name = familiarName(reference);
  untag(tx, row, reference.digest ? `${name}@${reference.digest}` : `${name}:${reference.tag}`, records);
  const left = fresh(tx, row);
  if (!reference.digest && !left.repoTags.some((tag) => tag.slice(0, tag.lastIndexOf(":")) === name))
    for (const digest of left.repoDigests.filter((one) => one.startsWith(`${name}@`))) untag(tx, row, digest, records);
  return referencesOf(fresh(tx, row)).length > 0;
}

function untag(tx: Tx, row: ImageRow, name: string, records: DeleteRecord[]): void {
  const current = fresh(tx, row);
  const without = (names: readonly string[]) => names.filter((one) => one !== name);
  tx.table("images").patch(row.id, { repoTags: without(current.repoTags), repoDigests: without(current.repoDigests) });
  records.push({ Untagged: name });
  imageEvent(tx, row, "untag", row.imageId);
}

const fresh = (tx: Tx, row: ImageRow) => tx.table("images").get(row.id) as ImageRow;
const referencesOf = (row: ImageRow) => [...row.repoTags, ...row.repoDigests];

/** At most one tag, and the digests of the same repository. */
function isSingleReference(row: ImageRow): boolean {
  if (referencesOf(row).length <= 1) return true;
  if (row.repoTags.length > 1) return false;
  const repositories = new Set([
    ...row.repoTags.map((tag) => tag.slice(0, tag.lastIndexOf(":"))),
    ...row.repoDigests.map((one) => one.split("@")[0]),
  ]);
  return repositories.size === 1;
}

function deleteHelper(
  tx: Tx,
  row: ImageRow,
  records: DeleteRecord[],
  force: boolean,
  prune: boolean,
  quiet: boolean,
): void {
  const found = conflictOf(tx, row, HARD | (force ? 0 : STOPPED | ACTIVE_REFERENCE));
  if (found) {
    const dangling = referencesOf(fresh(tx, row)).length === 0 && childrenOf(tx, row).length === 0;
    if (quiet && (!dangling || found.used)) return;
    throw conflictError(row, found);
  }
  for (const name of referencesOf(fresh(tx, row))) untag(tx, row, name, records);
  addImageLayersToContainers(tx, row);
  tx.table("images").delete(row.id);
  imageEvent(tx, row, "delete", row.imageId);
  records.push({ Deleted: row.imageId });
  for (const chain of unusedChains(tx, row)) records.push({ Deleted: chain });
  releaseLayers(tx, row.layers);
  const parent = row.parent && tx.table("images").get(`${row.machine}/${row.parent}`);
  if (prune && parent) deleteHelper(tx, parent, records, false, true, true);
}

/** Layer stacks that no other image of the machine stands on, topmost first. */
function unusedChains(tx: Tx, row: ImageRow): string[] {
  const used = new Set<string>();
  for (const other of tx.table("images").by("machine", row.machine))
    for (const chain of chainIds(other.layers)) used.add(chain);
  return chainIds(row.layers)
    .filter((chain) => !used.has(chain))
    .reverse();
}

function conflictOf(tx: Tx, row: ImageRow, mask: number): Conflict | undefined {
  if (childrenOf(tx, row).length > 0) return { hard: true, used: false, message: "image has dependent child images" };
  const containers = containersOf(tx, row);
  const running = containers.find(
    (one) => one.state === "running" || one.state === "paused" || one.state === "restarting",
  );
  if (running)
    return { hard: true, used: true, message: `image is being used by running container ${running.id.slice(0, 12)}` };
  if (mask & ACTIVE_REFERENCE && referencesOf(fresh(tx, row)).length > 0)
    return { hard: false, used: false, message: "image is referenced in multiple repositories" };
  const stopped = containers[0];
  if (mask & STOPPED && stopped)
    return { hard: false, used: true, message: `image is being used by stopped container ${stopped.id.slice(0, 12)}` };
  return undefined;
}

const conflictError = (row: ImageRow, { hard, message }: Conflict) =>
  conflict(
    `conflict: unable to delete ${shortId(row.imageId)} (${hard ? "cannot be forced" : "must be forced"}) - ${message}`,
  );

/** What of an image `prune` looks at. */
export type PruneFilter = (row: ImageRow) => boolean;

/** Removes images nobody uses: the untagged ones, or all. Images in use are passed over. */
export function pruneImages(
  tx: Tx,
  machine: string,
  danglingOnly: boolean,
  filter: PruneFilter,
): { deleted: DeleteRecord[]; reclaimed: number } {
  const deleted: DeleteRecord[] = [];
  const before = new Map<string, string>();
  for (const row of tx.table("images").by("machine", machine))
    for (const [n, chain] of chainIds(row.layers).entries()) before.set(chain, row.layers[n] as string);
  const sizes = new Map([...before].map(([chain, layer]) => [chain, layerSize(tx, layer)]));
  for (const row of tx.table("images").by("machine", machine)) {
    const current = tx.table("images").get(row.id);
    if (!current || !filter(current) || childrenOf(tx, current).length > 0) continue;
    const names = referencesOf(current);
    if (names.length > 0 && danglingOnly && current.repoTags.length > 0) continue;
    for (const name of names.length > 0 ? names : [current.imageId.slice(7)])
      deleted.push(...tryDelete(tx, machine, name));
  }
  const chains = new Set<string>();
  for (const record of deleted) if ("Deleted" in record && sizes.has(record.Deleted)) chains.add(record.Deleted);
  return { deleted, reclaimed: [...chains].reduce((sum, chain) => sum + (sizes.get(chain) ?? 0), 0) };
}

function tryDelete(tx: Tx, machine: string, name: string): DeleteRecord[] {
  try {
    return deleteImage(tx, machine, name, false, true);
  } catch (error) {
    if (error instanceof DockerError) return [];
    throw error;
  }
}
