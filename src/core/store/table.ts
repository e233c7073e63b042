/**
 * One table: rows by id in the order of their first insertion, with indexes that are rebuilt from the rows. The order
 * is the same before and after a reload, so that whoever walks a table sees one history.
 */
import type { Row, TableDefinition } from "./schema";

/** What may be asked of a table. */
export interface ReadTable<R extends Row> {
  readonly size: number;
  get(id: string): R | undefined;
  has(id: string): boolean;
  /** All rows, oldest insertion first. */
  all(): IterableIterator<R>;
  /** The rows of one index key, oldest insertion first. The array is the caller's. */
  by(index: string, key: string): R[];
  /** How many rows an index key has, without building them. */
  count(index: string, key: string): number;
}

/** The same, for a step that writes. */
export interface WriteTable<R extends Row> extends ReadTable<R> {
  /** Creates or replaces. */
  put(row: R): R;
  /** Replaces some fields; the row must exist. */
  patch(id: string, fields: Partial<Omit<R, "id">>): R;
  delete(id: string): boolean;
}

interface Bucket {
  readonly ids: Map<string, number>; // id -> sequence
  last: number;
  sorted: boolean;
}

export class Table<R extends Row> implements WriteTable<R> {
  readonly #rows = new Map<string, R>();
  readonly #sequence = new Map<string, number>();
  readonly #indexes: { name: string; key: (row: R) => string | undefined; buckets: Map<string, Bucket> }[];
  readonly #onWrite: (id: string, before: R | undefined, after: R | undefined) => void;
  #next = 0;
  #sorted = true;

  /** `onWrite` is told of each write, and throws when writing is not allowed now. */
  constructor(
    definition: TableDefinition<R>,
    onWrite: (id: string, before: R | undefined, after: R | undefined) => void,
  ) {
    this.#onWrite = onWrite;
    this.#indexes = Object.entries(definition.indexes ?? {}).map(([name, key]) => ({ name, key, buckets: new Map() }));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): R | undefined {
    return this.#rows.get(id);
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  all(): IterableIterator<R> {
    if (!this.#sorted) this.#sort();
    return this.#rows.values();
  }

  by(index: string, key: string): R[] {
    const bucket = this.#bucket(index, key);
    if (!bucket) return [];
    if (!bucket.sorted) sortBucket(bucket);
    const rows: R[] = [];
    for (const id of bucket.ids.keys()) rows.push(this.#rows.get(id) as R);
    return rows;
  }

  count(index: string, key: string): number {
    return this.#bucket(index, key)?.ids.size ?? 0;
  }

  put(row: R): R {
    const before = this.#rows.get(row.id);
    if (before === row) return row;
    this.#onWrite(row.id, before, row);
    this.#set(row, before);
    return row;
  }

  patch(id: string, fields: Partial<Omit<R, "id">>): R {
    const before = this.#rows.get(id);
    if (!before) throw new Error(`patch of a row that is not there: ${id}`);
    return this.put({ ...before, ...fields });
  }

  delete(id: string): boolean {
    const before = this.#rows.get(id);
    if (!before) return false;
    this.#onWrite(id, before, undefined);
    this.#unset(before);
    return true;
  }

  /** Puts a row back where it was (undo of a step, or loading): tells nobody. `sequence` restores its place in the order. */
  restore(id: string, row: R | undefined, sequence?: number): void {
    const now = this.#rows.get(id);
    if (now && !row) this.#unset(now);
    if (!row) return;
    if (!now && sequence !== undefined) {
      this.#sequence.set(id, sequence);
      if (sequence < this.#next) this.#sorted = false;
      this.#next = Math.max(this.#next, sequence + 1);
    }
    this.#set(row, now);
  }

  /** The place of a row in the table's order; kept with it on disk. */
  sequenceOf(id: string): number | undefined {
    return this.#sequence.get(id);
  }

  #bucket(index: string, key: string): Bucket | undefined {
    const found = this.#indexes.find((candidate) => candidate.name === index);
    if (!found) throw new Error(`no index ${index}`);
    return found.buckets.get(key);
  }

  #set(row: R, before: R | undefined): void {
    let sequence = this.#sequence.get(row.id);
    if (sequence === undefined) {
      sequence = this.#next++;
      this.#sequence.set(row.id, sequence);
    }
    this.#rows.set(row.id, row);
    for (const index of this.#indexes) {
      const old = before && index.key(before);
      const key = index.key(row);
      if (before && old === key) continue;
      if (old !== undefined) removeFrom(index.buckets, old, row.id);
      if (key !== undefined) addTo(index.buckets, key, row.id, sequence);
    }
  }

  #unset(row: R): void {
    this.#rows.delete(row.id);
    this.#sequence.delete(row.id);
    for (const index of this.#indexes) {
      const key = index.key(row);
      if (key !== undefined) removeFrom(index.buckets, key, row.id);
    }
  }

  #sort(): void {
    const rows = [...this.#rows.values()].sort(
      (a, b) => (this.#sequence.get(a.id) as number) - (this.#sequence.get(b.id) as number),
    );
    this.#rows.clear();
    for (const row of rows) this.#rows.set(row.id, row);
    this.#sorted = true;
  }
}

function addTo(buckets: Map<string, Bucket>, key: string, id: string, sequence: number): void {
  let bucket = buckets.get(key);
  if (!bucket) {
    bucket = { ids: new Map(), last: -1, sorted: true };
    buckets.set(key, bucket);
  }
  bucket.ids.set(id, sequence);
  if (sequence < bucket.last) bucket.sorted = false;
  else bucket.last = sequence;
}

function removeFrom(buckets: Map<string, Bucket>, key: string, id: string): void {
  const bucket = buckets.get(key);
  if (!bucket) return;
  bucket.ids.delete(id);
  if (bucket.ids.size === 0) buckets.delete(key);
}

function sortBucket(bucket: Bucket): void {
  const entries = [...bucket.ids].sort((a, b) => a[1] - b[1]);
  bucket.ids.clear();
  for (const [id, sequence] of entries) bucket.ids.set(id, sequence);
  bucket.sorted = true;
}
