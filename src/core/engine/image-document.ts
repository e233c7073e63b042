/**
 * The two JSON documents that give an image its names: the config document, whose digest is the image's id, and the
 * manifest, whose digest a registry knows it by. Both are worked out from the row, so that the same content has the
 * same names on every machine and in every cluster (OCI image-spec `config.md`, `manifest.md`).
 */
import { sha256 } from "../digest";
import { parseRfc3339, rfc3339 } from "../time/calendar";
import type { ImageRow, LayerRow } from "./tables";
import type { ImageConfig } from "./types";

/** What of an image row the config document holds. */
export type ImageContent = Pick<
  ImageRow,
  "createdAt" | "config" | "architecture" | "os" | "author" | "layers" | "history"
>;

export function configDocument(image: ImageContent): string {
  return JSON.stringify({
    architecture: image.architecture,
    ...(image.author ? { author: image.author } : {}),
    config: image.config,
    created: rfc3339(image.createdAt),
    history: image.history.map((entry) => ({
      created: rfc3339(entry.created),
      ...(entry.author ? { author: entry.author } : {}),
      created_by: entry.createdBy,
      ...(entry.comment ? { comment: entry.comment } : {}),
      ...(entry.emptyLayer ? { empty_layer: true } : {}),
    })),
    os: image.os,
    rootfs: { type: "layers", diff_ids: image.layers },
  });
}

interface Document {
  architecture: string;
  author?: string;
  config: ImageConfig;
  created: string;
  history: { created: string; author?: string; created_by?: string; comment?: string; empty_layer?: boolean }[];
  os: string;
  rootfs: { diff_ids: string[] };
}

/** Reads a config document back. Throws SyntaxError or TypeError when it is none. */
export function readConfigDocument(text: string): ImageContent {
  const document = JSON.parse(text) as Document;
  return {
    createdAt: parseRfc3339(document.created ?? "") ?? 0,
    config: document.config ?? {},
    architecture: document.architecture,
    os: document.os,
    author: document.author ?? "",
    layers: document.rootfs.diff_ids,
    history: (document.history ?? []).map((entry) => ({
      created: parseRfc3339(entry.created) ?? 0,
      createdBy: entry.created_by ?? "",
      emptyLayer: entry.empty_layer === true,
      comment: entry.comment ?? "",
      ...(entry.author ? { author: entry.author } : {}),
    })),
  };
}

export const imageIdOf = (document: string): string => `sha256:${sha256(document)}`;

const ids = new WeakMap<ImageContent, string>();

/** The id of an image with this content; worked out once for each object, so the catalogue's images have theirs at hand. */
export function contentId(image: ImageContent): string {
  const known = ids.get(image);
  if (known) return known;
  const id = imageIdOf(configDocument(image));
  ids.set(image, id);
  return id;
}

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** The manifest as a registry would hold it; its length is what `docker push` prints as size. */
export function manifestDocument(
  document: string,
  layers: readonly Pick<LayerRow, "digest" | "compressedSize">[],
): string {
  return JSON.stringify(
    {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, size: document.length, digest: imageIdOf(document) },
      layers: layers.map((layer) => ({
        mediaType: LAYER,
        size: layer.compressedSize ?? 0,
        digest: layer.digest ?? "",
      })),
    },
    null,
    3,
  );
}

/** The id of a stack of layers, as `docker rmi` names what it deletes (moby `layer.CreateChainID`). */
export function chainIds(diffIds: readonly string[]): string[] {
  const chain: string[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below ? `sha256:${sha256(`${below} ${diffId}`)}` : diffId);
  }
  return chain;
}

export const shortId = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);
