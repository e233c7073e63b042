/** The door of the catalogue: base images and installable Python packages, as data. */
import { images } from "./images";
import { machineFiles } from "./machine";
import type { CatalogFile, CatalogImage } from "./types";

export { type PackageIndex, type PackageRelease, packageIndex } from "./packages/index";
export type { CatalogConfig, CatalogFile, CatalogHistory, CatalogImage, CatalogLayer } from "./types";

/** Every image that can be pulled without anybody having pushed it. */
export const catalogue: readonly CatalogImage[] = images;

const byName = new Map<string, CatalogImage>(
  images.flatMap((image) => image.tags.map((tag) => [`${image.repository}:${tag}`, image] as const)),
);

/** The image of a familiar repository name (`python`, `traefik/whoami`) and tag; undefined when Docker Hub has none. */
export function findCatalogImage(repository: string, tag: string): CatalogImage | undefined {
  return byName.get(`${repository}:${tag}`);
}

/** Whether the repository exists at all: an unknown tag and an unknown repository get different refusals. */
export function hasCatalogRepository(repository: string): boolean {
  return images.some((image) => image.repository === repository);
}

/** All of it as the core takes it. */
export const catalogSource: {
  readonly images: readonly CatalogImage[];
  readonly machineFiles: readonly CatalogFile[];
} = {
  images,
  machineFiles,
};
