/** `docker load`: images out of an archive that `docker save` wrote, their layers as file entries. */

import { sha256 } from "../digest";
import { invalidParameter } from "../errors";
import type { Tx } from "../room";
import { imageIdOf, readConfigDocument } from "./image-document";
import { addImage, imageEvent, tagImage } from "./images";
import { type LayerEntry, putLayer } from "./layers";
import { parseReference } from "./references";

export interface LoadedImage {
  readonly config: string; // the config document
  readonly repoTags: readonly string[];
  /** As in the archive, bottom first; `reference` marks a layer of the catalogue. */
  readonly layers: readonly {
    readonly diffId: string;
    readonly size: number;
    readonly reference?: string;
    readonly entries: readonly LayerEntry[];
  }[];
}

/** Adds them; returns the lines `Loaded image: ...` without their ends. */
export function loadImages(tx: Tx, machine: string, images: readonly LoadedImage[]): string[] {
  return images.flatMap((image) => loadImage(tx, machine, image));
}

function loadImage(tx: Tx, machine: string, image: LoadedImage): string[] {
  const content = readConfigDocument(image.config);
  if (content.layers.length !== image.layers.length)
    throw invalidParameter(
      `invalid manifest, layers length mismatch: expected ${content.layers.length}, got ${image.layers.length}`,
    );
  for (const layer of image.layers) addLayer(tx, layer);
  const row = addImage(tx, machine, content);
  imageEvent(tx, row, "load", imageIdOf(image.config));
  for (const name of image.repoTags) tagImage(tx, row, parseReference(name));
  return image.repoTags.length > 0
    ? image.repoTags.map((name) => `Loaded image: ${name}`)
    : [`Loaded image ID: ${row.imageId}`];
}

function addLayer(tx: Tx, layer: LoadedImage["layers"][number]): void {
  if (tx.table("layers").has(layer.diffId)) return;
  const { diffId: id, size, reference } = layer;
  const row = { id, size, digest: `sha256:${sha256(`gzip ${id}`)}`, compressedSize: 128 + Math.ceil(size * 0.4) };
  if (reference && tx.catalog.layer(reference)) tx.table("layers").put({ ...row, source: "catalog", reference });
  else putLayer(tx, { ...row, source: "tree" }, layer.entries);
}
