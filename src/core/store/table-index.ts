/**
 * An index of a table: which rows have a key, oldest first. It is built from the rows when it is first asked, and kept up
 * from then on: what nobody asks costs nothing.
 */
import type { Row } from "./schema";

/** A row's place in its table, from its first insertion to its deletion. */
export class Entry<R extends Row> {
  row: R;
  readonly sequence: number;
  /** Where the change set of that number tells of the row. */
  place = 0;
  epoch = 0;

  constructor(row: R, sequence: number) {
    this.row = row;
    this.sequence = sequence;
  }
}

/** The entries of a key that has had more than one. */
class Bucket<R extends Row> {
  readonly entries: Set<Entry<R>>;
  newest: Entry<R>;
  sorted = true;

  constructor(first: Entry<R>) {
    this.entries = new Set([first]);
    this.newest = first;
  }

  add(entry: Entry<R>): void {
    this.entries.add(entry);
    if (entry.sequence < this.newest.sequence) this.sorted = false;
    else this.newest = entry;
  }

  sort(): void {
    if (this.sorted) return;
    const entries = [...this.entries].sort((a, b) => a.sequence - b.sequence);
    this.entries.clear();
    for (const entry of entries) this.entries.add(entry);
    this.sorted = true;
  }
}

export class Index<R extends Row> {
  readonly #keyOf: (row: R) => string | undefined;
  readonly #all: () => Iterable<Entry<R>>;
  #buckets: Map<string, Entry<R> | Bucket<R>> | undefined;

  constructor(keyOf: (row: R) => string | undefined, all: () => Iterable<Entry<R>>) {
    this.#keyOf = keyOf;
    this.#all = all;
  }

  rows(key: string): R[] {
    const found = this.#find(key);
    if (!found) return [];
    if (found instanceof Entry) return [found.row];
    found.sort();
    const rows: R[] = [];
    for (const entry of found.entries) rows.push(entry.row);
    return rows;
  }

  first(key: string): R | undefined {
    const found = this.#find(key);
    if (!found || found instanceof Entry) return found?.row;
    found.sort();
    for (const entry of found.entries) return entry.row;
    return undefined;
  }

  last(key: string): R | undefined {
    const found = this.#find(key);
    if (!found || found instanceof Entry) return found?.row;
    if (!found.entries.has(found.newest)) {
      found.sort();
      for (const entry of found.entries) found.newest = entry;
    }
    return found.newest.row;
  }

  count(key: string): number {
    const found = this.#find(key);
    if (!found) return 0;
    return found instanceof Entry ? 1 : found.entries.size;
  }

  add(entry: Entry<R>): void {
    if (!this.#buckets) return;
    const key = this.#keyOf(entry.row);
    if (key !== undefined) enter(this.#buckets, key, entry);
  }

  /** The entry's row has taken the place of another. */
  move(entry: Entry<R>, before: R): void {
    if (!this.#buckets) return;
    const old = this.#keyOf(before);
    const key = this.#keyOf(entry.row);
    if (old === key) return;
    if (old !== undefined) leave(this.#buckets, old, entry);
    if (key !== undefined) enter(this.#buckets, key, entry);
  }

  remove(entry: Entry<R>): void {
    if (!this.#buckets) return;
    const key = this.#keyOf(entry.row);
    if (key !== undefined) leave(this.#buckets, key, entry);
  }

  #find(key: string): Entry<R> | Bucket<R> | undefined {
    if (!this.#buckets) {
      this.#buckets = new Map();
      for (const entry of this.#all()) this.add(entry);
    }
    return this.#buckets.get(key);
  }
}

function enter<R extends Row>(buckets: Map<string, Entry<R> | Bucket<R>>, key: string, entry: Entry<R>): void {
  const found = buckets.get(key);
  if (!found) buckets.set(key, entry);
  else if (found instanceof Bucket) found.add(entry);
  else if (found !== entry) {
    const bucket = new Bucket(found);
    bucket.add(entry);
    buckets.set(key, bucket);
  }
}

function leave<R extends Row>(buckets: Map<string, Entry<R> | Bucket<R>>, key: string, entry: Entry<R>): void {
  const found = buckets.get(key);
  if (found === entry) buckets.delete(key);
  else if (found instanceof Bucket) {
    found.entries.delete(entry);
    if (found.entries.size === 0) buckets.delete(key);
  }
}
