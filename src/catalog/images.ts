/** Every base image, gathered from one file per family. */
import { curls } from "./curl";
import { docker } from "./docker";
import { pythons } from "./python";
import { servers } from "./servers";
import { systems } from "./systems";
import type { CatalogImage } from "./types";

export const images: readonly CatalogImage[] = [...systems, ...pythons, ...servers, ...docker, ...curls];
