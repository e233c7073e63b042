/** Every base image, gathered from one file per family. */
import type { CatalogImage } from "./types";

export const images: readonly CatalogImage[] = [];
