/**
 * Writes down what steps changed. A step goes to disk in one transaction before its answer leaves; rows of lazy tables
 * (cursors, log lines, the clock) wait for the next step or a quarter of a second, whichever comes first.
 */
import type { Change, Row, TableName } from "../core/store/schema";
import type { Store } from "../core/store/store";
import type { Storage, StoredStep, Waker } from "./ports";

/** Real milliseconds that a lazy row may wait. */
const LAZY_MILLIS = 250;

export class Ledger {
  readonly #storage: Storage;
  readonly #waker: Waker;
  readonly #pending = new Map<string, { table: TableName; id: string; row: Row | undefined }>();
  #cancelFlush: (() => void) | undefined;
  #store: Store | undefined;
  readonly #onCommit: () => void;

  /** `onCommit` runs inside each write, for what is kept beside the rows (the pace). */
  constructor(storage: Storage, waker: Waker, onCommit: () => void) {
    this.#storage = storage;
    this.#waker = waker;
    this.#onCommit = onCommit;
  }

  attach(store: Store): void {
    this.#store = store;
  }

  /** Takes down one step's changes. */
  record(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    let urgent = false;
    for (const change of changes) {
      this.#pending.set(`${change.table}\0${change.id}`, { table: change.table, id: change.id, row: change.after });
      if (!this.#store?.isLazy(change.table)) urgent = true;
    }
    if (urgent) this.flush();
    else this.#cancelFlush ??= this.#waker.setTimer(() => this.flush(), LAZY_MILLIS);
  }

  /** Writes all that waits. */
  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#pending.size === 0) return;
    const rows: StoredStep["rows"][number][] = [];
    for (const { table, id, row } of this.#pending.values())
      rows.push({ table, id, sequence: this.#store?.sequenceOf(table, id) ?? 0, row });
    this.#pending.clear();
    this.#storage.commit({ rows });
    this.#onCommit();
  }

  /** Forgets what waits: the cluster is gone. */
  drop(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#pending.clear();
  }
}
