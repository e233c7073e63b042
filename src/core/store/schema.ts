/**
 * The shape of the store. Each room declares its own rows in its `tables.ts` by merging into `Tables`, and exports
 * its `TableDefinition`s, which `core.ts` puts together.
 */

/** A stored object: plain JSON, never changed in place. `id` is unique in its table. */
export interface Row {
  readonly id: string;
}

// biome-ignore lint/suspicious/noEmptyInterface: every room merges its tables into it
export interface Tables {}

export type TableName = keyof Tables & string;

export interface TableDefinition<R extends Row> {
  /** Named look-ups: the key of a row, or undefined to leave it out. */
  readonly indexes?: Record<string, (row: R) => string | undefined>;
  /** Lazy rows are written to disk within a quarter of a second instead of with their step: for what may be lost with the last instant (load-balancer cursors, log lines). */
  readonly lazy?: boolean;
}

export type TableDefinitions = { [K in TableName]: TableDefinition<Tables[K]> };

/** One row's step from before to after; undefined means "is not there". */
export interface Change<K extends TableName = TableName> {
  readonly table: K;
  readonly id: string;
  readonly before?: Tables[K];
  readonly after?: Tables[K];
}

/** Narrows a change to one table: `if (isChange(c, "tasks")) c.after?.slot`. */
export function isChange<K extends TableName>(change: Change, table: K): change is Change<K> {
  return change.table === table;
}
