/** The keys of a Redis server: sixteen databases in memory, each change also written to the rows that survive a crash. */
import type { ProgramState } from "../../../api/process";

/** A value; hashes, sets and sorted sets as pairs or lists, so that they are JSON. */
export type Value =
  | { readonly type: "string"; text: string }
  | { readonly type: "list"; items: string[] }
  | { readonly type: "hash"; fields: Record<string, string> }
  | { readonly type: "set"; members: string[] }
  | { readonly type: "zset"; scores: Record<string, number> };

export type Entry = Value & { expires?: number };

/** Rows of a dump: database, key, entry. */
export type Row = readonly [database: number, key: string, entry: Entry];

const DATABASES = 16;

const isEmpty = (entry: Entry): boolean => {
  if (entry.type === "list") return entry.items.length === 0;
  if (entry.type === "set") return entry.members.length === 0;
  if (entry.type === "hash") return Object.keys(entry.fields).length === 0;
  return entry.type === "zset" && Object.keys(entry.scores).length === 0;
};

/** Objects without a prototype, so that no field name is special. */
function adopt(entry: Entry): Entry {
  if (entry.type === "hash") return { ...entry, fields: Object.assign(Object.create(null), entry.fields) };
  if (entry.type === "zset") return { ...entry, scores: Object.assign(Object.create(null), entry.scores) };
  return { ...entry };
}

export class Keyspace {
  private readonly databases = Array.from({ length: DATABASES }, () => new Map<string, Entry>());
  private readonly waiting = new Set<() => void>();
  /** Changes since the last save. */
  dirty = 0;

  constructor(
    private readonly state: ProgramState,
    readonly now: () => number,
  ) {}

  /** Takes up the rows that the run before a crash left. */
  recover(): void {
    for (const row of this.state.keys()) {
      const [, database, key] = /^k(\d+):([\s\S]*)$/.exec(row) ?? [];
      if (key !== undefined) this.databases[Number(database)]?.set(key, adopt(this.state.get(row) as Entry));
    }
  }

  /** The entry of a key that has not expired. */
  get(database: number, key: string): Entry | undefined {
    const entry = this.databases[database]?.get(key);
    if (entry?.expires === undefined || entry.expires > this.now()) return entry;
    this.forget(database, key);
    return undefined;
  }

  /** Writes an entry down; an emptied collection is removed. */
  put(database: number, key: string, entry: Entry): void {
    this.dirty++;
    if (isEmpty(entry)) {
      this.forget(database, key);
      return;
    }
    this.databases[database]?.set(key, entry);
    this.state.set(`k${database}:${key}`, entry);
    for (const wake of [...this.waiting]) wake();
  }

  delete(database: number, key: string): boolean {
    if (!this.get(database, key)) return false;
    this.dirty++;
    this.forget(database, key);
    return true;
  }

  private forget(database: number, key: string): void {
    this.databases[database]?.delete(key);
    this.state.delete(`k${database}:${key}`);
  }

  keys(database: number): string[] {
    return [...(this.databases[database]?.keys() ?? [])].filter((key) => this.get(database, key));
  }

  flush(database?: number): void {
    for (let i = 0; i < DATABASES; i++)
      if (database === undefined || i === database) for (const key of this.keys(i)) this.delete(i, key);
  }

  /** Databases that hold something: keys, and how many of them expire. */
  usage(): { database: number; keys: number; expires: number }[] {
    return this.databases.flatMap((_, database) => {
      const keys = this.keys(database);
      const expires = keys.filter((key) => this.get(database, key)?.expires !== undefined).length;
      return keys.length > 0 ? [{ database, keys: keys.length, expires }] : [];
    });
  }

  /** A rough count of the bytes held. */
  size(): number {
    return this.rows().reduce((sum, [, key, entry]) => sum + key.length + JSON.stringify(entry).length + 64, 0);
  }

  rows(): Row[] {
    return this.databases.flatMap((_, database) =>
      this.keys(database).map((key) => [database, key, this.get(database, key) as Entry] as const),
    );
  }

  load(rows: readonly Row[]): void {
    for (const [database, key, entry] of rows) this.put(database, key, adopt(entry));
    this.dirty = 0;
  }

  /** Resolves at the next written key, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
      if (signal.aborted) wake();
    });
  }
}
