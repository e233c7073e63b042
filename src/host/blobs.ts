/**
 * Content by digest: what was used lately in memory, all of it on disk. What no row names any more (files that were written over,
 * contexts of builds that are done) is swept away whenever enough new content has come.
 */
import { sha256 } from "../core/digest";
import type { Blobs } from "../core/room";
import type { Storage, StoredRow } from "./ports";

/** Bytes kept in memory. */
const CACHE_BYTES = 16 * 1024 * 1024;
/** Bytes of new content after which the disk is swept. */
export const SWEEP_BYTES = 32 * 1024 * 1024;
/** Bytes between two notes on disk of how much is new: a life may be shorter than the way to a sweep. */
const NOTE_BYTES = 1024 * 1024;
const DIGEST = /[0-9a-f]{64}/g;

/** What a sweep must know: every row, and whether content is on its way that no row names yet. */
export interface Naming {
  rows(): Iterable<StoredRow>;
  inTransit(): boolean;
}

export class BlobCache implements Blobs {
  readonly #storage: Storage;
  readonly #cache = new Map<string, Uint8Array>();
  /** Put in this life and since the last sweep: its row may still be on its way. */
  #young = new Set<string>();
  #unswept: number;
  #noted: number;
  #size = 0;
  #naming: Naming | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#unswept = Number((storage.exists() && storage.getMeta("blobs.unswept")) || 0);
    this.#noted = this.#unswept;
  }

  /** From now on it can be told what is still named. */
  attach(naming: Naming): void {
    this.#naming = naming;
  }

  get(digest: string): Uint8Array | undefined {
    const cached = this.#cache.get(digest);
    if (cached) return cached;
    const bytes = this.#storage.getBlob(digest);
    if (bytes) this.#remember(digest, bytes);
    return bytes;
  }

  put(bytes: Uint8Array): string {
    const digest = sha256(bytes);
    this.#young.add(digest);
    if (!this.#cache.has(digest)) {
      const own = bytes.slice();
      this.#storage.putBlob(digest, own);
      this.#remember(digest, own);
      this.#count(own.length);
    }
    return digest;
  }

  #count(bytes: number): void {
    this.#unswept += bytes;
    if (this.#unswept >= SWEEP_BYTES && this.#naming && !this.#naming.inTransit()) this.#sweep(this.#naming);
    else if (this.#unswept - this.#noted >= NOTE_BYTES) this.#note();
  }

  #sweep(naming: Naming): void {
    const kept = this.#young;
    for (const { row } of naming.rows()) for (const digest of JSON.stringify(row).match(DIGEST) ?? []) kept.add(digest);
    this.#storage.keepBlobs(kept);
    for (const [digest, bytes] of this.#cache)
      if (!kept.has(digest)) {
        this.#cache.delete(digest);
        this.#size -= bytes.length;
      }
    this.#young = new Set();
    this.#unswept = 0;
    this.#note();
  }

  #note(): void {
    this.#noted = this.#unswept;
    this.#storage.setMeta("blobs.unswept", String(this.#unswept));
  }

  #remember(digest: string, bytes: Uint8Array): void {
    this.#cache.set(digest, bytes);
    this.#size += bytes.length;
    for (const [oldest, content] of this.#cache) {
      if (this.#size <= CACHE_BYTES) break;
      if (oldest === digest) continue;
      this.#cache.delete(oldest);
      this.#size -= content.length;
    }
  }
}
