/**
 * One table: rows by id in the order of their first insertion, with indexes that are rebuilt from the rows. The order
 * is the same before and after a reload, so that whoever walks a table sees one history.
 */

import type { Row, TableDefinition } from "./schema";
import { Entry, Index } from "./table-index";

/** What may be asked of a table. */
export interface ReadTable<R extends Row> {
  readonly size: number;
  get(id: string): R | undefined;
  has(id: string): boolean;
  /** All rows, oldest insertion first. */
  all(): IterableIterator<R>;
  /** The rows of one index key, oldest insertion first. The array is the caller's. */
  by(index: string, key: string): R[];
  /** The oldest row of an index key, without building the others. */
  first(index: string, key: string): R | undefined;
  /** The newest row of an index key, without building the others. */
  last(index: string, key: string): R | undefined;
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

/** Is told of each write before it happens, and throws when writing is not allowed now. Returns the place of the row's change in the change set. */
export type OnWrite<R extends Row> = (
  id: string,
  before: R | undefined,
  after: R | undefined,
  sequence: number,
  place: number,
) => number;

/** Of a row that the current change set does not touch. */
export const UNTOUCHED = -1;

export class Table<R extends Row> implements WriteTable<R> {
  readonly #entries = new Map<string, Entry<R>>();
  readonly #indexes = new Map<string, Index<R>>();
  readonly #onWrite: OnWrite<R>;
  /** Where the change set tells of rows that it has deleted. */
  readonly #gone = new Map<string, number>();
  #next = 0;
  #sorted = true;

  constructor(definition: TableDefinition<R>, onWrite: OnWrite<R>) {
    this.#onWrite = onWrite;
    for (const [name, key] of Object.entries(definition.indexes ?? {}))
      this.#indexes.set(name, new Index(key, () => this.#inOrder()));
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): R | undefined {
    return this.#entries.get(id)?.row;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  *all(): IterableIterator<R> {
    for (const entry of this.#inOrder()) yield entry.row;
  }

  by(index: string, key: string): R[] {
    return this.#index(index).rows(key);
  }

  first(index: string, key: string): R | undefined {
    return this.#index(index).first(key);
  }

  last(index: string, key: string): R | undefined {
    return this.#index(index).last(key);
  }

  count(index: string, key: string): number {
    return this.#index(index).count(key);
  }

  put(row: R): R {
    const entry = this.#entries.get(row.id);
    if (!entry) {
      const place = this.#onWrite(row.id, undefined, row, this.#next, this.#placeOfGone(row.id));
      this.#insert(row, this.#next, place);
      return row;
    }
    const before = entry.row;
    if (before === row) return row;
    entry.place = this.#onWrite(entry.row.id, before, row, entry.sequence, entry.place);
    this.#replace(entry, row);
    return row;
  }

  patch(id: string, fields: Partial<Omit<R, "id">>): R {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`patch of a row that is not there: ${id}`);
    return this.put({ ...entry.row, ...fields });
  }

  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#gone.set(id, this.#onWrite(id, entry.row, undefined, entry.sequence, entry.place));
    this.#remove(entry);
    return true;
  }

  /**
   * Puts a row back where it was (undo of a step, or loading): tells nobody. `sequence` restores its place in the order,
   * `place` the one in the change set.
   */
  restore(id: string, row: R | undefined, sequence?: number, place = UNTOUCHED): void {
    const entry = this.#entries.get(id);
    this.#gone.delete(id);
    if (!row) {
      if (entry) this.#remove(entry);
      if (place !== UNTOUCHED) this.#gone.set(id, place);
    } else if (entry) {
      entry.place = place;
      this.#replace(entry, row);
    } else {
      if (sequence !== undefined && sequence < this.#next) this.#sorted = false;
      this.#insert(row, sequence ?? this.#next, place);
    }
  }

  /** The change set has been taken: nothing of the table is part of it any more. */
  settle(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) entry.place = UNTOUCHED;
    if (this.#gone.size > 0) this.#gone.clear();
  }

  /** The place of a row in the table's order; kept with it on disk. */
  sequenceOf(id: string): number | undefined {
    return this.#entries.get(id)?.sequence;
  }

  #placeOfGone(id: string): number {
    const place = this.#gone.size > 0 ? this.#gone.get(id) : undefined;
    if (place === undefined) return UNTOUCHED;
    this.#gone.delete(id);
    return place;
  }

  #index(name: string): Index<R> {
    const found = this.#indexes.get(name);
    if (!found) throw new Error(`no index ${name}`);
    return found;
  }

  #insert(row: R, sequence: number, place: number): void {
    const entry = new Entry(row, sequence, place);
    this.#next = Math.max(this.#next, sequence + 1);
    this.#entries.set(row.id, entry);
    for (const index of this.#indexes.values()) index.add(entry);
  }

  #replace(entry: Entry<R>, row: R): void {
    const before = entry.row;
    entry.row = row;
    for (const index of this.#indexes.values()) index.move(entry, before);
  }

  #remove(entry: Entry<R>): void {
    this.#entries.delete(entry.row.id);
    for (const index of this.#indexes.values()) index.remove(entry);
  }

  #inOrder(): IterableIterator<Entry<R>> {
    if (!this.#sorted) this.#sort();
    return this.#entries.values();
  }

  #sort(): void {
    const entries = [...this.#entries.values()].sort((a, b) => a.sequence - b.sequence);
    this.#entries.clear();
    for (const entry of entries) this.#entries.set(entry.row.id, entry);
    this.#sorted = true;
  }
}
