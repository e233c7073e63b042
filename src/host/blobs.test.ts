import { describe, expect, it } from "vitest";
import { MemoryStorage } from "../../test/support/platform";
import { BlobCache, SWEEP_BYTES } from "./blobs";
import type { StoredRow } from "./ports";

const megabyte = (n: number) => new Uint8Array(1024 * 1024).fill(n);

function cache(storage: MemoryStorage, rows: StoredRow[], busy = () => false): BlobCache {
  const blobs = new BlobCache(storage);
  blobs.attach({ rows: () => rows, inTransit: busy });
  return blobs;
}

const naming = (digest: string): StoredRow => ({
  table: "files",
  id: digest,
  sequence: 0,
  row: { id: digest, blob: digest } as StoredRow["row"],
});

describe("a sweep", () => {
  it("takes what no row names, and keeps what was put since the last one", () => {
    const storage = new MemoryStorage();
    const named = new BlobCache(storage).put(megabyte(1));
    const forgotten = new BlobCache(storage).put(megabyte(2));
    const blobs = cache(storage, [naming(named)]);
    const young: string[] = [];
    for (let n = 0; n * 1024 * 1024 < SWEEP_BYTES; n++) young.push(blobs.put(megabyte(10 + n)));
    const kept = (digest: string) => storage.getBlob(digest) !== undefined;
    expect([kept(named), kept(forgotten), young.every(kept)]).toEqual([true, false, true]);
    for (let n = 0; n * 1024 * 1024 < SWEEP_BYTES; n++) blobs.put(megabyte(100 + n));
    expect([kept(named), kept(young[0] ?? "")]).toEqual([true, false]);
    expect(blobs.get(young[0] ?? "")).toBeUndefined();
  });

  it("waits while content is on its way", () => {
    const storage = new MemoryStorage();
    const forgotten = new BlobCache(storage).put(megabyte(2));
    const blobs = cache(storage, [], () => true);
    for (let n = 0; n * 1024 * 1024 < 2 * SWEEP_BYTES; n++) blobs.put(megabyte(3 + n));
    expect(storage.getBlob(forgotten)).toBeDefined();
  });

  it("comes after short lives too", () => {
    const storage = new MemoryStorage();
    const forgotten = new BlobCache(storage).put(megabyte(2));
    for (let n = 0; n * 1024 * 1024 < SWEEP_BYTES; n++) cache(storage, []).put(megabyte(3 + n));
    expect(storage.getBlob(forgotten)).toBeUndefined();
  });
});
