/**
 * All tables of one cluster and the step that is being taken: everything written between `begin` and `commit` stands or
 * falls together; `rollback` leaves nothing of it. What the committed steps changed gathers until it is taken.
 */
import type { Change, Row, TableDefinition, TableDefinitions, TableName, Tables } from "./schema";
import { type Journal, type ReadTable, Table, UNTOUCHED, type WriteTable } from "./table";

/** A consistent picture of the state between two steps. */
export interface View {
  table<K extends TableName>(name: K): ReadTable<Tables[K]>;
}

/** A row as it lies on disk. `sequence` is its place in the table's order. */
export interface StoredRow {
  readonly table: string;
  readonly id: string;
  readonly sequence: number;
  readonly row: Row;
}

export class Store implements View, Journal {
  readonly #tables = new Map<string, Table<Row>>();
  readonly #lazy = new Set<string>();
  /** The writes of the open step. */
  readonly #log: Change[] = [];
  /** For each of them: its row's place in the table, and its change's in the change set. */
  readonly #sequences: number[] = [];
  readonly #places: number[] = [];
  /** One change per row since the last `takeChanges`, in the order of the first writes. */
  #changes: Change[] = [];
  #epoch = 1;
  #mark = 0; // changes before the open step
  #open = false;

  constructor(definitions: TableDefinitions) {
    for (const [name, definition] of Object.entries(definitions) as [TableName, TableDefinition<Row>][]) {
      this.#tables.set(name, new Table<Row>(name, definition, this));
      if (definition.lazy) this.#lazy.add(name);
    }
  }

  table<K extends TableName>(name: K): WriteTable<Tables[K]> {
    const table = this.#tables.get(name);
    if (!table) throw new Error(`no table ${name}`);
    return table as unknown as WriteTable<Tables[K]>;
  }

  isLazy(table: string): boolean {
    return this.#lazy.has(table);
  }

  /** The row's place in its table's order, for the disk. */
  sequenceOf(table: TableName, id: string): number | undefined {
    return this.#tables.get(table)?.sequenceOf(id);
  }

  begin(): void {
    if (this.#open) throw new Error("a step inside a step");
    this.#open = true;
    this.#mark = this.#changes.length;
  }

  /** What has been written since `begin`, write by write. */
  get log(): readonly Change[] {
    return this.#log;
  }

  /** Ends the step; what it wrote stays. */
  commit(): void {
    this.#close();
  }

  /** Ends the step and undoes it. */
  rollback(): void {
    for (let n = this.#log.length - 1; n >= 0; n--) {
      const { table, id, before } = this.#log[n] as Change;
      const place = this.#places[n] as number;
      const known = place < this.#mark; // to an earlier step
      this.#tables.get(table)?.restore(id, before, this.#sequences[n], known ? place : UNTOUCHED);
      if (known) this.#changes[place] = { ...this.#changes[place], after: before } as Change;
    }
    this.#changes.length = this.#mark;
    this.#close();
  }

  /** What the steps since the last call changed: one change per row that differs, in the order of the first writes. */
  takeChanges(): Change[] {
    const changes = this.#changes;
    this.#changes = [];
    this.#epoch++;
    return changes.every(differs) ? changes : changes.filter(differs);
  }

  /** Fills an empty store from disk. Rows of tables that no longer exist are passed over. */
  load(rows: Iterable<StoredRow>): void {
    for (const { table, id, sequence, row } of rows) this.#tables.get(table)?.restore(id, row, sequence);
  }

  /** Every row, for a first write to disk or a comparison in tests. */
  *dump(): Generator<StoredRow> {
    for (const [name, table] of this.#tables)
      for (const row of table.all())
        yield { table: name, id: row.id, sequence: table.sequenceOf(row.id) as number, row };
  }

  #close(): void {
    this.#open = false;
    this.#log.length = 0;
    this.#sequences.length = 0;
    this.#places.length = 0;
  }

  get epoch(): number {
    return this.#epoch;
  }

  record(
    table: string,
    id: string,
    before: Row | undefined,
    after: Row | undefined,
    sequence: number,
    place: number,
  ): number {
    if (!this.#open) throw new Error(`write to ${table} outside a step`);
    const change = { table, id, before, after } as Change;
    const at = place === UNTOUCHED ? this.#changes.length : place;
    if (at === place) this.#changes[at] = { table, id, before: this.#changes[at]?.before, after } as Change;
    else this.#changes.push(change);
    this.#log.push(change);
    this.#sequences.push(sequence);
    this.#places.push(at);
    return at;
  }
}

const differs = (change: Change) => change.before !== change.after;
