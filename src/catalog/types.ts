/**
 * The shapes of the catalogue: the base images that "Docker Hub" offers in the simulation, as data. The engine's pull
 * turns an entry into image, layers and files. Types only.
 */

/** One entry of a layer's file tree. Parent directories that are not listed are made as 0755 root. */
export interface CatalogFile {
  readonly path: string; // absolute, no trailing slash
  readonly type: "file" | "dir" | "symlink" | "socket";
  readonly mode?: number; // default 0o644 for files, 0o755 for directories
  readonly uid?: number;
  readonly gid?: number;
  readonly content?: string; // UTF-8, files only; default empty
  readonly target?: string; // symlinks only
}

/** A layer: nominal sizes as on Docker Hub, beside the few files that the simulation really needs. */
export interface CatalogLayer {
  readonly size: number; // bytes uncompressed, what `docker history` shows
  readonly compressedSize: number; // bytes over the wire, what `docker pull` counts
  readonly files: readonly CatalogFile[];
}

/** One line of `docker history`, oldest first; entries without `emptyLayer` take the layers in order. */
export interface CatalogHistory {
  readonly created: string; // RFC 3339
  readonly createdBy: string;
  readonly emptyLayer?: boolean;
  readonly comment?: string;
}

/** The image's configuration in Docker's own JSON shape (the `config` of the image document). */
export interface CatalogConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly User?: string;
  readonly StopSignal?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Healthcheck?: {
    readonly Test: readonly string[];
    readonly Interval?: number;
    readonly Timeout?: number;
    readonly Retries?: number;
  };
}

/** One image of the catalogue under all its tags. */
export interface CatalogImage {
  readonly repository: string; // familiar form: `python`, `traefik/whoami`
  readonly tags: readonly string[];
  readonly created: string; // RFC 3339
  readonly architecture: string;
  readonly os: string;
  readonly config: CatalogConfig;
  readonly history: readonly CatalogHistory[];
  readonly layers: readonly CatalogLayer[];
}
