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

/** The place of a row that the change set does not tell of. */
export const UNTOUCHED = -1;

/** So many deleted entries are kept in mind, at least, before those of earlier change sets are let go. */
const FEW_GONE = 256;

/** Takes down the writes of all tables. */
export interface Journal {
  /** The number of the present change set, from 1. */
  readonly epoch: number;
  /**
   * Notes a write before it happens; throws when writing is not allowed now. `place` is where the change set tells of the row
   * already; returns where it does from now on.
   */
  record(
    table: string,
    id: string,
    before: Row | undefined,
    after: Row | undefined,
    sequence: number,
    place: number,
  ): number;
}

export class Table<R extends Row> implements WriteTable<R> {
  readonly #name: string;
  readonly #journal: Journal;
  readonly #entries = new Map<string, Entry<R>>();
  readonly #indexes = new Map<string, Index<R>>();
  readonly #allIndexes: readonly Index<R>[];
  /** Entries that were deleted lately: the change set may tell of their rows. */
  readonly #gone = new Map<string, Entry<R>>();
  #manyGone = FEW_GONE;
  #next = 0;
  #sorted = true;

  constructor(name: string, definition: TableDefinition<R>, journal: Journal) {
    this.#name = name;
    this.#journal = journal;
    for (const [index, key] of Object.entries(definition.indexes ?? {}))
      this.#indexes.set(index, new Index(key, () => this.#inOrder()));
    this.#allIndexes = [...this.#indexes.values()];
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
    if (entry) return this.#write(entry, row);
    const place = this.#record(row.id, undefined, row, this.#next, this.#placeOfGone(row.id));
    this.#insert(row, this.#next, place);
    return row;
  }

  patch(id: string, fields: Partial<Omit<R, "id">>): R {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`patch of a row that is not there: ${id}`);
    return this.#write(entry, { ...entry.row, ...fields });
  }

  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#touch(entry, this.#record(id, entry.row, undefined, entry.sequence, this.#placeOf(entry)));
    this.#remove(entry);
    this.#leave(id, entry);
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
      if (!entry || place === UNTOUCHED) return;
      this.#touch(entry, place);
      this.#leave(id, entry);
    } else if (entry) {
      this.#touch(entry, place);
      this.#replace(entry, row);
    } else {
      if (sequence !== undefined && sequence < this.#next) this.#sorted = false;
      this.#insert(row, sequence ?? this.#next, place);
    }
  }

  /** The place of a row in the table's order; kept with it on disk. */
  sequenceOf(id: string): number | undefined {
    return this.#entries.get(id)?.sequence;
  }

  #write(entry: Entry<R>, row: R): R {
    const before = entry.row;
    if (before === row) return row;
    this.#touch(entry, this.#record(before.id, before, row, entry.sequence, this.#placeOf(entry)));
    this.#replace(entry, row);
    return row;
  }

  #record(id: string, before: R | undefined, after: R | undefined, sequence: number, place: number): number {
    return this.#journal.record(this.#name, id, before, after, sequence, place);
  }

  #touch(entry: Entry<R>, place: number): void {
    entry.place = place;
    entry.epoch = this.#journal.epoch;
  }

  #placeOf(entry: Entry<R>): number {
    return entry.epoch === this.#journal.epoch ? entry.place : UNTOUCHED;
  }

  /** Keeps a deleted entry in mind, should its row come again within the change set. */
  #leave(id: string, entry: Entry<R>): void {
    if (this.#gone.size >= this.#manyGone) this.#forgetGone();
    this.#gone.set(id, entry);
  }

  #forgetGone(): void {
    for (const [id, entry] of this.#gone) if (entry.epoch !== this.#journal.epoch) this.#gone.delete(id);
    this.#manyGone = Math.max(FEW_GONE, 2 * this.#gone.size);
  }

  #placeOfGone(id: string): number {
    const entry = this.#gone.size > 0 ? this.#gone.get(id) : undefined;
    if (!entry) return UNTOUCHED;
    this.#gone.delete(id);
    return this.#placeOf(entry);
  }

  #index(name: string): Index<R> {
    const found = this.#indexes.get(name);
    if (!found) throw new Error(`no index ${name}`);
    return found;
  }

  #insert(row: R, sequence: number, place: number): void {
    const entry = new Entry(row, sequence);
    this.#touch(entry, place);
    this.#next = Math.max(this.#next, sequence + 1);
    this.#entries.set(row.id, entry);
    for (const index of this.#allIndexes) index.add(entry);
  }

  #replace(entry: Entry<R>, row: R): void {
    const before = entry.row;
    entry.row = row;
    for (const index of this.#allIndexes) index.move(entry, before);
  }

  #remove(entry: Entry<R>): void {
    this.#entries.delete(entry.row.id);
    for (const index of this.#allIndexes) index.remove(entry);
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
