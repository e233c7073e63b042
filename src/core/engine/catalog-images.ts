/** The catalogue's images as a machine's store and a registry know them: content, manifest digest. Worked out once per image. */
import { sha256 } from "../digest";
import { parseRfc3339 } from "../time/calendar";
import type { Catalog, ResolvedImage } from "./catalog";
import { configDocument, type ImageContent, manifestDocument } from "./image-document";

const digests = new WeakMap<ResolvedImage, string>();
const contents = new WeakMap<ResolvedImage, ImageContent>();
/** Of each repository that was asked for, its images by digest. */
const repositories = new WeakMap<Catalog, Map<string, Map<string, ResolvedImage>>>();

/** The manifest's digest of a catalogue image. */
export function digestOf(image: ResolvedImage): string {
  const known = digests.get(image);
  if (known) return known;
  const digest = `sha256:${sha256(manifestDocument(configDocument(contentOf(image)), image.layers))}`;
  digests.set(image, digest);
  return digest;
}

/** A catalogue image as a row holds it. */
export function contentOf(image: ResolvedImage): ImageContent {
  const known = contents.get(image);
  if (known) return known;
  const content = readImage(image);
  contents.set(image, content);
  return content;
}

function readImage({ image, config, layers }: ResolvedImage): ImageContent {
  return {
    createdAt: parseRfc3339(image.created) ?? 0,
    config,
    architecture: image.architecture,
    os: image.os,
    author: "",
    layers: layers.map((layer) => layer.diffId),
    history: image.history.map((entry) => ({
      created: parseRfc3339(entry.created) ?? 0,
      createdBy: entry.createdBy,
      emptyLayer: entry.emptyLayer === true,
      comment: entry.comment ?? "",
    })),
  };
}

/** The image of a repository whose manifest has this digest. */
export function imageByDigest(catalog: Catalog, repository: string, digest: string): ResolvedImage | undefined {
  const known = repositories.get(catalog) ?? new Map<string, Map<string, ResolvedImage>>();
  repositories.set(catalog, known);
  let images = known.get(repository);
  if (!images) {
    images = new Map(catalog.images(repository).map((image) => [digestOf(image), image]));
    if (catalog.hasRepository(repository)) known.set(repository, images);
  }
  return images.get(digest);
}
