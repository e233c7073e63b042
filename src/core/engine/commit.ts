/** `docker commit`, and how a build keeps what a step wrote: a container's own layer frozen on top of its image. */
import type { Tx } from "../room";
import { addImage } from "./images";
import { freezeLayer, writtenEntries } from "./layers";
import type { ContainerRow, ImageRow } from "./tables";
import type { ImageConfig } from "./types";

export interface Commit {
  readonly config: ImageConfig;
  readonly createdBy: string;
  readonly comment?: string;
  readonly author?: string;
  readonly cacheKey?: string;
}

/** The image a container was made from, or what is left of it. */
export function baseOf(
  tx: Tx,
  container: ContainerRow,
): Pick<ImageRow, "layers" | "history" | "architecture" | "os" | "imageId" | "author"> {
  const image = tx.table("images").get(`${container.machine}/${container.imageId}`);
  if (image) return image;
  return { layers: container.layers ?? [], history: [], architecture: "amd64", os: "linux", imageId: "", author: "" };
}

/** Freezes a container's files and adds the image. */
export function commitContainer(tx: Tx, container: ContainerRow, commit: Commit): ImageRow {
  const layer = freezeLayer(tx, writtenEntries(tx, `container:${container.id}`));
  return addChild(tx, container.machine, baseOf(tx, container), layer, commit);
}

/** Adds an image that is `base` with one more layer (or, without one, one more line of history). */
export function addChild(
  tx: Tx,
  machine: string,
  base: ReturnType<typeof baseOf>,
  layer: string | undefined,
  commit: Commit,
): ImageRow {
  const author = commit.author ?? base.author;
  const entry = {
    created: tx.now,
    createdBy: commit.createdBy,
    emptyLayer: layer === undefined,
    comment: commit.comment ?? "",
    ...(author ? { author } : {}),
  };
  return addImage(tx, machine, {
    createdAt: tx.now,
    config: commit.config,
    architecture: base.architecture,
    os: base.os,
    author,
    layers: layer === undefined ? base.layers : [...base.layers, layer],
    history: [...base.history, entry],
    parent: base.imageId,
    ...(commit.cacheKey === undefined ? {} : { cacheKey: commit.cacheKey }),
  });
}
