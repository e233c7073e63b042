/**
 * A cluster's rows, blobs and journal in the object's SQLite. It decides nothing: the host says what is written, and each
 * step goes down whole or not at all. An object that was never written to stays empty, whatever is read from it.
 */
import type { Row, Storage, StoredRow, StoredStep } from "../host/ports";
import { BlobTable } from "./blob-table";
import { META_TABLE, MIGRATIONS } from "./migrations";

/** The journal keeps this many newest steps and this many bytes, whichever is less. */
const JOURNAL_STEPS = 2000;
const JOURNAL_BYTES = 16 * 1024 * 1024;
/** Characters of a row's JSON beyond which it is kept in parts, like a blob: a SQLite row here holds 2 MB at most. */
const LONG_ROW = 500_000;
/** What such a row's blob is found under; no digest looks like it. */
const ROW_BLOB = "row:";
/** Steps between two looks at the journal's size. */
const TRIM_EVERY = 50;

export class SqlStorage implements Storage {
  readonly #storage: DurableObjectStorage;
  readonly #sql: DurableObjectStorage["sql"];
  readonly #blobs: BlobTable;
  #ready = false;
  #untrimmed = 0;
  /** Rows that are kept in parts, known since the rows were loaded. */
  readonly #long = new Set<string>();

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#blobs = new BlobTable(this.#sql);
  }

  exists(): boolean {
    if (this.#ready) return true;
    const table = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").toArray();
    return table.length > 0;
  }

  *loadRows(): Iterable<StoredRow> {
    if (!this.#open()) return;
    for (const row of this.#sql.exec("SELECT tbl, id, rev, json FROM rows ORDER BY tbl, rev"))
      yield {
        table: row.tbl as string,
        id: row.id as string,
        sequence: row.rev as number,
        row: JSON.parse((row.json as string) || this.#longRow(`${row.tbl}/${row.id}`)) as Row,
      };
  }

  commit(step: StoredStep): void {
    this.#create();
    this.#storage.transactionSync(() => {
      for (const { table, id, sequence, row } of step.rows)
        if (row === undefined) this.#deleteRow(table, id);
        else this.#putRow(table, id, sequence, JSON.stringify(row));
      if (step.journal) this.#remember(step.journal);
    });
  }

  getBlob(digest: string): Uint8Array | undefined {
    return this.#open() ? this.#blobs.get(digest) : undefined;
  }

  putBlob(digest: string, bytes: Uint8Array): void {
    this.#create();
    this.#storage.transactionSync(() => this.#blobs.put(digest, bytes));
  }

  keepBlobs(digests: ReadonlySet<string>): void {
    if (!this.#open()) return;
    this.#storage.transactionSync(() => {
      for (const digest of this.#blobs.digests())
        if (!digests.has(digest) && !digest.startsWith(ROW_BLOB)) this.#blobs.delete(digest);
    });
  }

  getMeta(key: string): string | undefined {
    if (!this.#open()) return undefined;
    return this.#sql.exec("SELECT value FROM meta WHERE key = ?", key).toArray()[0]?.value as string | undefined;
  }

  setMeta(key: string, value: string): void {
    this.#create();
    this.#sql.exec(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  }

  destroy(): void {
    this.#ready = false;
    this.#long.clear();
    this.#storage.transactionSync(() => {
      const names = this.#sql
        .exec(
          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
        )
        .toArray();
      for (const { name } of names) this.#sql.exec(`DROP TABLE "${name as string}"`);
    });
  }

  #putRow(table: string, id: string, sequence: number, json: string): void {
    const name = `${table}/${id}`;
    if (this.#long.delete(name)) this.#blobs.delete(ROW_BLOB + name);
    const long = json.length > LONG_ROW;
    if (long) {
      this.#blobs.put(ROW_BLOB + name, new TextEncoder().encode(json));
      this.#long.add(name);
    }
    this.#sql.exec(
      "INSERT INTO rows (tbl, id, rev, json) VALUES (?, ?, ?, ?) ON CONFLICT (tbl, id) DO UPDATE SET rev = excluded.rev, json = excluded.json",
      table,
      id,
      sequence,
      long ? "" : json,
    );
  }

  #deleteRow(table: string, id: string): void {
    this.#sql.exec("DELETE FROM rows WHERE tbl = ? AND id = ?", table, id);
    const name = `${table}/${id}`;
    if (this.#long.delete(name)) this.#blobs.delete(ROW_BLOB + name);
  }

  #longRow(name: string): string {
    this.#long.add(name);
    return new TextDecoder().decode(this.#blobs.get(ROW_BLOB + name));
  }

  /** True when there is a database; brings it up to this release. */
  #open(): boolean {
    if (this.#ready) return true;
    if (!this.exists()) return false;
    this.#create();
    return true;
  }

  #create(): void {
    if (this.#ready) return;
    this.#storage.transactionSync(() => {
      this.#sql.exec(META_TABLE);
      const done = Number(this.#sql.exec("SELECT value FROM meta WHERE key = 'schema'").toArray()[0]?.value ?? 0);
      for (const statements of MIGRATIONS.slice(done)) for (const statement of statements) this.#sql.exec(statement);
      this.#sql.exec(
        "INSERT INTO meta (key, value) VALUES ('schema', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        String(MIGRATIONS.length),
      );
    });
    this.#ready = true;
  }

  #remember({ at, command, before }: NonNullable<StoredStep["journal"]>): void {
    this.#sql.exec("INSERT INTO journal (at, command, before) VALUES (?, ?, ?)", at, command, JSON.stringify(before));
    this.#untrimmed += 1;
    if (this.#untrimmed < TRIM_EVERY) return;
    this.#untrimmed = 0;
    this.#sql.exec("DELETE FROM journal WHERE seq <= (SELECT max(seq) FROM journal) - ?", JOURNAL_STEPS);
    this.#sql.exec(
      "DELETE FROM journal WHERE seq <= (SELECT seq FROM (SELECT seq, sum(length(command) + length(before)) OVER (ORDER BY seq DESC) AS total FROM journal) WHERE total > ? ORDER BY seq DESC LIMIT 1)",
      JOURNAL_BYTES,
    );
  }
}
