/**
 * The tables of a cluster's database, release by release. Each entry is run once, in order, inside one transaction; how many
 * have run is kept in `meta`. An entry that was released is never edited.
 */

/** Statements of each release. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    // `rev` is the row's place in its table's order.
    "CREATE TABLE rows (tbl TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (tbl, id)) WITHOUT ROWID",
    "CREATE TABLE blobs (hash TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (hash, part))",
    "CREATE TABLE journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, command TEXT NOT NULL, before TEXT NOT NULL)",
  ],
];

/** Made with the first write; its absence is how an object knows that no cluster lives in it. */
export const META_TABLE = "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)";
