/**
 * What the engine needs to know of the images nobody pushed: the catalogue behind "Docker Hub". The data comes from
 * outside (the host passes `src/catalog`); here it gets the ids, digests and indexes that Docker would give it. All of
 * them are computed from the content, so they are the same in every cluster.
 */
import { encodeUtf8 } from "../bytes";
import { sha256 } from "../digest";
import type { ImageConfig } from "./types";

/** One entry of a layer's or a machine's file tree. Parent directories that are not listed are 0755 of root. */
export interface CatalogFile {
  readonly path: string;
  readonly type: "file" | "dir" | "symlink" | "socket";
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly content?: string;
  readonly target?: string;
}

export interface CatalogLayer {
  readonly size: number;
  readonly compressedSize: number;
  readonly files: readonly CatalogFile[];
}

export interface CatalogImage {
  readonly repository: string; // familiar form: `python`, `traefik/whoami`
  readonly tags: readonly string[];
  readonly created: string; // RFC 3339
  readonly architecture: string;
  readonly os: string;
  readonly config: unknown; // the `config` of the image document
  readonly history: readonly {
    readonly created: string;
    readonly createdBy: string;
    readonly emptyLayer?: boolean;
    readonly comment?: string;
  }[];
  readonly layers: readonly CatalogLayer[];
}

/** The data as the host passes it. */
export interface CatalogSource {
  readonly images: readonly CatalogImage[];
  /** What every machine's disk holds before anybody writes to it. */
  readonly machineFiles: readonly CatalogFile[];
}

/** A catalogue layer with the names that content addressing gives it. */
export interface ResolvedLayer {
  readonly diffId: string; // sha256:... of the uncompressed layer
  readonly digest: string; // sha256:... of what goes over the wire
  readonly size: number;
  readonly compressedSize: number;
  readonly reference: string; // REPOSITORY:TAG#NUMBER, by which `files` finds it again
}

export interface ResolvedImage {
  readonly image: CatalogImage;
  readonly config: ImageConfig;
  readonly layers: readonly ResolvedLayer[];
}

/** Files of one layer by directory and name. */
export class FileIndex {
  readonly #files = new Map<string, CatalogFile>();
  readonly #directories = new Map<string, Set<string>>();

  constructor(files: readonly CatalogFile[]) {
    for (const file of files) this.#add(file);
  }

  get(path: string): CatalogFile | undefined {
    return this.#files.get(path);
  }

  list(directory: string): Iterable<string> {
    return this.#directories.get(directory) ?? [];
  }

  paths(): Iterable<string> {
    return this.#files.keys();
  }

  #add(file: CatalogFile): void {
    this.#files.set(file.path, file);
    if (file.path === "/") return;
    const cut = file.path.lastIndexOf("/");
    const parent = cut === 0 ? "/" : file.path.slice(0, cut);
    const names = this.#directories.get(parent);
    if (names) names.add(file.path.slice(cut + 1));
    else this.#directories.set(parent, new Set([file.path.slice(cut + 1)]));
    if (!this.#files.has(parent)) this.#add({ path: parent, type: "dir" });
  }
}

/** The catalogue as the core asks it. Everything is worked out when first needed and kept. */
export class Catalog {
  readonly #byTag = new Map<string, CatalogImage>();
  readonly #repositories = new Set<string>();
  readonly #resolved = new Map<CatalogImage, ResolvedImage>();
  readonly #diffIds = new Map<CatalogLayer, string>();
  readonly #indexes = new Map<string, FileIndex>();
  readonly #machine: readonly CatalogFile[];

  constructor(source: CatalogSource) {
    this.#machine = source.machineFiles;
    for (const image of source.images) {
      this.#repositories.add(image.repository);
      for (const tag of image.tags) this.#byTag.set(`${image.repository}:${tag}`, image);
    }
  }

  /** By familiar repository and tag. */
  find(repository: string, tag: string): ResolvedImage | undefined {
    const image = this.#byTag.get(`${repository}:${tag}`);
    return image && this.#resolve(image);
  }

  hasRepository(repository: string): boolean {
    return this.#repositories.has(repository);
  }

  /** Every image of a repository with its tags, for a pull by digest and for `docker search`. */
  images(repository?: string): ResolvedImage[] {
    const all = new Set(this.#byTag.values());
    return [...all]
      .filter((image) => !repository || image.repository === repository)
      .map((image) => this.#resolve(image));
  }

  repositories(): string[] {
    return [...this.#repositories];
  }

  /** The files of a layer by its reference (`ResolvedLayer.reference`). */
  layer(reference: string): FileIndex {
    const known = this.#indexes.get(reference);
    if (known) return known;
    const cut = reference.lastIndexOf("#");
    const files = this.#byTag.get(reference.slice(0, cut))?.layers[Number(reference.slice(cut + 1))]?.files ?? [];
    return this.#keep(reference, files);
  }

  machineFiles(): FileIndex {
    return this.#indexes.get("machine") ?? this.#keep("machine", this.#machine);
  }

  #keep(key: string, files: readonly CatalogFile[]): FileIndex {
    const index = new FileIndex(files);
    this.#indexes.set(key, index);
    return index;
  }

  #resolve(image: CatalogImage): ResolvedImage {
    const known = this.#resolved.get(image);
    if (known) return known;
    const layers = image.layers.map((layer, number): ResolvedLayer => {
      const diffId = this.#diffId(layer);
      const digest = `sha256:${sha256(`gzip ${diffId} ${layer.compressedSize}`)}`;
      return {
        diffId,
        digest,
        size: layer.size,
        compressedSize: layer.compressedSize,
        reference: `${image.repository}:${image.tags[0]}#${number}`,
      };
    });
    const resolved: ResolvedImage = { image, config: image.config as ImageConfig, layers };
    this.#resolved.set(image, resolved);
    return resolved;
  }

  /** Images that share a layer share its object, or at least its content. */
  #diffId(layer: CatalogLayer): string {
    const known = this.#diffIds.get(layer);
    if (known) return known;
    const diffId = `sha256:${sha256(JSON.stringify([layer.size, layer.files]))}`;
    this.#diffIds.set(layer, diffId);
    return diffId;
  }
}

/** Size in bytes of a catalogue file's content. */
export const contentOf = (file: CatalogFile): Uint8Array => encodeUtf8(file.content ?? "");

/** A catalogue without images, for tests. */
export const emptyCatalog = (): Catalog => new Catalog({ images: [], machineFiles: [] });
