/** Content by digest: what was used lately in memory, all of it on disk. */
import { sha256 } from "../core/digest";
import type { Blobs } from "../core/room";
import type { Storage } from "./ports";

/** Bytes kept in memory. */
const CACHE_BYTES = 16 * 1024 * 1024;

export class BlobCache implements Blobs {
  readonly #storage: Storage;
  readonly #cache = new Map<string, Uint8Array>();
  #size = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
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
    if (!this.#cache.has(digest)) {
      const own = bytes.slice();
      this.#storage.putBlob(digest, own);
      this.#remember(digest, own);
    }
    return digest;
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
