/**
 * All tables of one cluster and the step that is being taken: everything written between `begin` and `commit` is one
 * change set; `rollback` leaves nothing of it.
 */
import type { Change, Row, TableDefinition, TableDefinitions, TableName, Tables } from "./schema";
import { type ReadTable, Table, type WriteTable } from "./table";

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

interface LoggedChange extends Change {
  readonly sequence?: number; // of the row before, to undo a deletion in place
}

export class Store implements View {
  readonly #tables = new Map<string, Table<Row>>();
  readonly #lazy = new Set<string>();
  #log: LoggedChange[] = [];
  #open = false;

  constructor(definitions: TableDefinitions) {
    for (const [name, definition] of Object.entries(definitions) as [TableName, TableDefinition<Row>][]) {
      const table: Table<Row> = new Table<Row>(definition, (id, before, after) => {
        if (!this.#open) throw new Error(`write to ${name} outside a step`);
        this.#log.push({ table: name, id, before, after, sequence: before && table.sequenceOf(id) } as LoggedChange);
      });
      this.#tables.set(name, table);
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
    this.#log = [];
  }

  /** What has been written since `begin`, write by write. */
  get log(): readonly Change[] {
    return this.#log;
  }

  /** Ends the step. Returns one change per row that differs, in the order of the first writes. */
  commit(): Change[] {
    this.#open = false;
    const merged = new Map<string, Change>();
    for (const change of this.#log) {
      const key = `${change.table}\0${change.id}`;
      const earlier = merged.get(key);
      merged.set(key, {
        table: change.table,
        id: change.id,
        before: earlier ? earlier.before : change.before,
        after: change.after,
      } as Change);
    }
    this.#log = [];
    return [...merged.values()].filter((change) => change.before !== change.after);
  }

  rollback(): void {
    this.#open = false;
    for (const change of this.#log.reverse())
      this.#tables.get(change.table)?.restore(change.id, change.before, change.sequence);
    this.#log = [];
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
}
