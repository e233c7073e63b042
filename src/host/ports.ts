/**
 * What the host asks of a platform. The Durable Object implements these over SQLite, alarms and hibernatable sockets;
 * tests over plain memory.
 */
import type { Row } from "../core/store/schema";
import type { StoredRow } from "../core/store/store";

export type { Row, StoredRow };

/** Durable storage of one cluster. Synchronous, as Durable Object SQLite is. */
export interface Storage {
  /** True when the cluster exists here. */
  exists(): boolean;
  loadRows(): Iterable<StoredRow>;
  /** All of it in one transaction. `row` undefined deletes. */
  commit(step: StoredStep): void;
  getBlob(digest: string): Uint8Array | undefined;
  putBlob(digest: string, bytes: Uint8Array): void;
  /** Forgets blobs that are not in the set; the host says when. */
  keepBlobs(digests: ReadonlySet<string>): void;
  getMeta(key: string): string | undefined;
  setMeta(key: string, value: string): void;
  /** Removes everything: afterwards `exists()` is false. */
  destroy(): void;
}

export interface StoredStep {
  readonly rows: readonly {
    readonly table: string;
    readonly id: string;
    readonly sequence: number;
    readonly row: Row | undefined;
  }[];
  /** An entry of the journal, for steps a command caused; `before` holds the previous images of the rows touched. */
  readonly journal?: {
    readonly at: number;
    readonly command: string;
    readonly before: readonly { readonly table: string; readonly id: string; readonly row: Row | undefined }[];
  };
}

/** Wakes the host later in real time. */
export interface Waker {
  /** Real milliseconds since the epoch: the only wall clock the host reads. */
  now(): number;
  /** Calls `alarm()` of the host at that instant (replacing an earlier wish); undefined = not at all. Survives eviction. */
  setAlarm(at: number | undefined): void;
  /** A timer of this life only. */
  setTimer(callback: () => void, millis: number): () => void;
}

/** One web socket of a page. */
export interface ClientSocket {
  readonly id: string;
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Kept with the socket over a hibernation: small JSON. */
  getAttachment(): unknown;
  setAttachment(value: unknown): void;
}

export interface Sockets {
  /** All that are open, those accepted before a hibernation included. */
  all(): readonly ClientSocket[];
}

/** The registry of pushed images (one object per deployment); built-in images are the catalogue's and never asked here. */
export interface RegistryClient {
  /** A manifest document by repository (docker.io/username/repo) and tag or digest. */
  getManifest(repository: string, reference: string): Promise<StoredManifest | undefined>;
  putManifest(repository: string, tag: string, manifest: StoredManifest): Promise<void>;
  /** True when the registry has the blob already. */
  hasBlob(digest: string): Promise<boolean>;
  getBlob(digest: string): Promise<Uint8Array | undefined>;
  putBlob(digest: string, bytes: Uint8Array): Promise<void>;
  /** Forgets every image that was pushed: the cluster is as new, or gone. */
  clear(): Promise<void>;
}

/** What a push leaves: enough to make the image again on any machine. `document` is JSON of the engine room's own design. */
export interface StoredManifest {
  readonly digest: string; // sha256:...
  readonly document: string;
}
