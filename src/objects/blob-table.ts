/** Content by digest in a `blobs` table, in parts: a SQLite row here holds 2 MB at most. */

/** Bytes of a part. */
const PART = 1_000_000;

export class BlobTable {
  readonly #sql: DurableObjectStorage["sql"];

  constructor(sql: DurableObjectStorage["sql"]) {
    this.#sql = sql;
  }

  has(digest: string): boolean {
    return this.#sql.exec("SELECT 1 FROM blobs WHERE hash = ? AND part = 0", digest).toArray().length > 0;
  }

  get(digest: string): Uint8Array | undefined {
    const parts = this.#sql
      .exec("SELECT bytes FROM blobs WHERE hash = ? ORDER BY part", digest)
      .toArray()
      .map((row) => new Uint8Array(row.bytes as ArrayBuffer));
    if (parts.length <= 1) return parts[0];
    const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** Content never changes under its digest: what is there stays. Run it inside a transaction. */
  put(digest: string, bytes: Uint8Array): void {
    if (this.has(digest)) return;
    for (let part = 0; part === 0 || part * PART < bytes.length; part++)
      this.#sql.exec(
        "INSERT INTO blobs (hash, part, bytes) VALUES (?, ?, ?)",
        digest,
        part,
        bytes.slice(part * PART, (part + 1) * PART).buffer,
      );
  }

  digests(): string[] {
    return this.#sql
      .exec("SELECT hash FROM blobs WHERE part = 0")
      .toArray()
      .map((row) => row.hash as string);
  }

  delete(digest: string): void {
    this.#sql.exec("DELETE FROM blobs WHERE hash = ?", digest);
  }
}
