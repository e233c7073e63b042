/**
 * The images of one machine: finding one by what a user wrote, naming it, adding it. Removal is `image-delete.ts`,
 * getting one from a registry `pull.ts`.
 */
import { invalidParameter, notFound } from "../errors";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { recordEvent } from "./events";
import { contentId, type ImageContent } from "./image-document";
import { layerSize } from "./layers";
import { familiarName, familiarString, parseReference, type Reference, withTag } from "./references";
import type { ImageRow } from "./tables";

/** The image; undefined when the machine has none of that name. Throws for what is no name at all. */
export function lookUpImage(view: View, machine: string, text: string): ImageRow | undefined {
  const images = view.table("images");
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text)?.[1];
  if (digest) return images.get(`${machine}/sha256:${digest}`);
  const reference = tryParse(text);
  if (reference) {
    const named = byReference(view, machine, withTag(reference));
    if (named) return named;
  }
  const prefix = /^(?:sha256:)?([0-9a-f]{1,63})$/.exec(text)?.[1];
  if (!prefix) {
    if (!reference) parseReference(text);
    return undefined;
  }
  const matches = images.by("machine", machine).filter((row) => row.imageId.startsWith(`sha256:${prefix}`));
  if (matches.length > 1) throw invalidParameter(`ambiguous image ID or name: ${text}`);
  return matches[0];
}

/** The same; throws Docker's `No such image`, with the tag that was meant. */
export function findImage(view: View, machine: string, text: string): ImageRow {
  const row = lookUpImage(view, machine, text);
  if (row) return row;
  const reference = tryParse(text);
  throw notFound(`No such image: ${reference && !/^sha256:/.test(text) ? familiarString(withTag(reference)) : text}`);
}

/** By name with tag or digest, as parsed. */
export function byReference(view: View, machine: string, reference: Reference): ImageRow | undefined {
  const name = familiarName(reference);
  const wanted = reference.digest ? `${name}@${reference.digest}` : `${name}:${reference.tag}`;
  const rows = view.table("images").by("machine", machine);
  return rows.find((row) => (reference.digest ? row.repoDigests : row.repoTags).includes(wanted));
}

function tryParse(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

/** Whether the text names the image by its id rather than by a reference (moby `isImageIDPrefix`). */
export const namesById = (row: ImageRow, text: string): boolean =>
  /^(sha256:)?[0-9a-f]+$/.test(text) && row.imageId.startsWith(text.startsWith("sha256:") ? text : `sha256:${text}`);

export interface NewImage extends ImageContent {
  readonly parent?: string;
  readonly cacheKey?: string;
}

/** Puts an image into a machine's store; one that is there already stays as it is. Returns its row. */
export function addImage(tx: Tx, machine: string, image: NewImage): ImageRow {
  const { parent = "", cacheKey, ...content } = image;
  const imageId = contentId(image);
  const id = `${machine}/${imageId}`;
  const known = tx.table("images").get(id);
  if (known) return known;
  const size = content.layers.reduce((sum, layer) => sum + layerSize(tx, layer), 0);
  return tx.table("images").put({
    id,
    machine,
    imageId,
    ...content,
    parent,
    repoTags: [],
    repoDigests: [],
    size,
    lastTagTime: 0,
    ...(cacheKey === undefined ? {} : { cacheKey }),
  });
}

/** Gives an image a name; another image that had it loses it. */
export function tagImage(tx: Tx, row: ImageRow, reference: Reference, event = true): void {
  const name = familiarString({ ...withTag(reference), digest: undefined });
  const images = tx.table("images");
  for (const other of images.by("machine", row.machine))
    if (other.id !== row.id && other.repoTags.includes(name))
      images.patch(other.id, { repoTags: other.repoTags.filter((tag) => tag !== name) });
  const current = images.get(row.id) as ImageRow;
  const repoTags = current.repoTags.includes(name) ? current.repoTags : sortNames([...current.repoTags, name]);
  images.patch(row.id, { repoTags, ...(event ? { lastTagTime: tx.now } : {}) });
  if (event) imageEvent(tx, row, "tag", name);
}

/** By their full names, as moby's reference store has them: those of Docker Hub before `localhost:5000/x`. */
function sortNames(names: readonly string[]): string[] {
  const full = (name: string) => {
    const first = name.slice(0, Math.max(0, name.indexOf("/")));
    if (first === "localhost" || /[.:]/.test(first)) return name;
    return first === "" ? `docker.io/library/${name}` : `docker.io/${name}`;
  };
  return [...names].sort((a, b) => (full(a) < full(b) ? -1 : 1));
}

/** Remembers the digest a registry knows the image by. */
export function addDigest(tx: Tx, row: ImageRow, reference: Reference, digest: string): void {
  const name = `${familiarName(reference)}@${digest}`;
  const current = tx.table("images").get(row.id) as ImageRow;
  if (!current.repoDigests.includes(name))
    tx.table("images").patch(row.id, { repoDigests: sortNames([...current.repoDigests, name]) });
}

/** `POST /images/NAME/tag`. */
export function tagByName(tx: Tx, machine: string, source: string, repository: string, tag: string): void {
  const reference = parseReference(repository);
  if (reference.digest) throw invalidParameter("refusing to create a tag with a digest reference");
  if (tag && !/^[\w][\w.-]{0,127}$/.test(tag)) throw invalidParameter("invalid tag format");
  tagImage(tx, findImage(tx, machine, source), tag ? { ...reference, tag } : reference);
}

/** An event of an image carries its labels and the name it was called by. */
export function imageEvent(tx: Tx, row: ImageRow, action: string, name: string, id = row.imageId): void {
  recordEvent(tx, row.machine, "image", action, { id, attributes: { ...row.config.Labels, name } });
}

/** Images built on this one. */
export const childrenOf = (view: View, row: ImageRow): ImageRow[] =>
  view
    .table("images")
    .by("machine", row.machine)
    .filter((other) => other.parent === row.imageId);

export const containersOf = (view: View, row: ImageRow) =>
  view.table("containers").by("image", `${row.machine}/${row.imageId}`);
