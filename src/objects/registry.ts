/**
 * Pushed images: manifests by repository and tag or digest, and their blobs. Whoever pushes to an object of this class sees
 * what was pushed there and nothing else. Built-in images are not here: they come with the Worker.
 */
import { DurableObject } from "cloudflare:workers";
import type { StoredManifest } from "../host/ports";
import { BlobTable } from "./blob-table";

const TABLES = [
  "CREATE TABLE IF NOT EXISTS manifests (repository TEXT NOT NULL, reference TEXT NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (repository, reference))",
  "CREATE TABLE IF NOT EXISTS blobs (hash TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part))",
];

export class Registry extends DurableObject {
  readonly #blobs = new BlobTable(this.ctx.storage.sql);
  #ready = false;

  getManifest(repository: string, reference: string): StoredManifest | undefined {
    const row = this.#sql()
      .exec("SELECT digest, document FROM manifests WHERE repository = ? AND reference = ?", repository, reference)
      .toArray()[0];
    return row && { digest: row.digest as string, document: row.document as string };
  }

  /** Found by its tag from now on, and by its digest for good. */
  putManifest(repository: string, tag: string, manifest: StoredManifest): void {
    const sql = this.#sql();
    this.ctx.storage.transactionSync(() => {
      for (const reference of new Set([tag, manifest.digest]))
        sql.exec(
          "INSERT INTO manifests (repository, reference, digest, document) VALUES (?, ?, ?, ?) ON CONFLICT (repository, reference) DO UPDATE SET digest = excluded.digest, document = excluded.document",
          repository,
          reference,
          manifest.digest,
          manifest.document,
        );
    });
  }

  hasBlob(digest: string): boolean {
    this.#sql();
    return this.#blobs.has(digest);
  }

  getBlob(digest: string): Uint8Array | undefined {
    this.#sql();
    return this.#blobs.get(digest);
  }

  putBlob(digest: string, bytes: Uint8Array): void {
    this.#sql();
    this.ctx.storage.transactionSync(() => this.#blobs.put(digest, bytes));
  }

  /** Forgets every image. */
  async clear(): Promise<void> {
    this.#ready = false;
    await this.ctx.storage.deleteAll();
  }

  #sql(): DurableObjectStorage["sql"] {
    if (!this.#ready) for (const table of TABLES) this.ctx.storage.sql.exec(table);
    this.#ready = true;
    return this.ctx.storage.sql;
  }
}
