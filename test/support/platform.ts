/**
 * The platform a host asks for, in plain memory and with a clock that a test moves: a whole cluster in a plain Node test. What
 * is on its "disk" outlives a host, so that a test can throw a host away and load another.
 */
import type {
  ClientSocket,
  RegistryClient,
  Sockets,
  Storage,
  StoredManifest,
  StoredRow,
  StoredStep,
  Waker,
} from "../../src/host/ports";

/** Storage over maps; rows are kept as text, as a disk would. */
export class MemoryStorage implements Storage {
  readonly #rows = new Map<string, { table: string; id: string; sequence: number; json: string }>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #meta = new Map<string, string>();
  readonly journal: NonNullable<StoredStep["journal"]>[] = [];
  /** Steps written so far; a test may stop the world after one of them. */
  commits = 0;
  #exists = false;

  exists(): boolean {
    return this.#exists;
  }

  *loadRows(): Iterable<StoredRow> {
    const rows = [...this.#rows.values()].sort((a, b) => a.table.localeCompare(b.table) || a.sequence - b.sequence);
    for (const { table, id, sequence, json } of rows) yield { table, id, sequence, row: JSON.parse(json) };
  }

  commit(step: StoredStep): void {
    this.#exists = true;
    this.commits += 1;
    for (const { table, id, sequence, row } of step.rows)
      if (row === undefined) this.#rows.delete(`${table}\0${id}`);
      else this.#rows.set(`${table}\0${id}`, { table, id, sequence, json: JSON.stringify(row) });
    if (step.journal) this.journal.push(step.journal);
  }

  getBlob(digest: string): Uint8Array | undefined {
    return this.#blobs.get(digest)?.slice();
  }

  putBlob(digest: string, bytes: Uint8Array): void {
    this.#exists = true;
    this.#blobs.set(digest, bytes.slice());
  }

  keepBlobs(digests: ReadonlySet<string>): void {
    for (const digest of this.#blobs.keys()) if (!digests.has(digest)) this.#blobs.delete(digest);
  }

  getMeta(key: string): string | undefined {
    return this.#meta.get(key);
  }

  setMeta(key: string, value: string): void {
    this.#exists = true;
    this.#meta.set(key, value);
  }

  destroy(): void {
    this.#exists = false;
    this.#rows.clear();
    this.#blobs.clear();
    this.#meta.clear();
    this.journal.length = 0;
  }

  /** The disk as it is now, for a host that goes on from here while this one does something else. */
  copy(): MemoryStorage {
    const copy = new MemoryStorage();
    for (const [key, row] of this.#rows) copy.#rows.set(key, row);
    for (const [key, bytes] of this.#blobs) copy.#blobs.set(key, bytes);
    for (const [key, value] of this.#meta) copy.#meta.set(key, value);
    copy.journal.push(...this.journal);
    copy.#exists = this.#exists;
    return copy;
  }
}

/** Real time that stands still until a test moves it. */
export class ManualWaker implements Waker {
  #now: number;
  #alarm: number | undefined;
  readonly #timers = new Map<object, { at: number; callback: () => void }>();

  constructor(now = 1_767_225_600_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  get alarm(): number | undefined {
    return this.#alarm;
  }

  setAlarm(at: number | undefined): void {
    this.#alarm = at;
  }

  setTimer(callback: () => void, millis: number): () => void {
    const key = {};
    this.#timers.set(key, { at: this.#now + millis, callback });
    return () => this.#timers.delete(key);
  }

  /** Lets that much real time pass, calling what falls due in order; lets promises run in between. */
  async pass(millis: number): Promise<void> {
    const until = this.#now + millis;
    for (;;) {
      const next = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0];
      if (!next || next[1].at > until) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = until;
  }
}

/** Pages that remember what they were sent. */
export class MemorySockets implements Sockets {
  readonly open: MemorySocket[] = [];

  all(): readonly ClientSocket[] {
    return this.open;
  }

  connect(): MemorySocket {
    const socket = new MemorySocket(String(this.open.length + 1), (gone) =>
      this.open.splice(this.open.indexOf(gone), 1),
    );
    this.open.push(socket);
    return socket;
  }
}

export class MemorySocket implements ClientSocket {
  readonly id: string;
  readonly sent: string[] = [];
  readonly #onClose: (socket: MemorySocket) => void;
  #attachment: unknown;

  constructor(id: string, onClose: (socket: MemorySocket) => void) {
    this.id = id;
    this.#onClose = onClose;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.#onClose(this);
  }

  getAttachment(): unknown {
    return this.#attachment;
  }

  setAttachment(value: unknown): void {
    this.#attachment = value;
  }
}

/** A registry of its own. */
export function memoryRegistry(): RegistryClient {
  const manifests = new Map<string, StoredManifest>();
  const blobs = new Map<string, Uint8Array>();
  return {
    getManifest: async (repository, reference) => manifests.get(`${repository}\0${reference}`),
    putManifest: async (repository, tag, manifest) => {
      for (const reference of [tag, manifest.digest]) manifests.set(`${repository}\0${reference}`, manifest);
    },
    hasBlob: async (digest) => blobs.has(digest),
    getBlob: async (digest) => blobs.get(digest),
    putBlob: async (digest, bytes) => {
      blobs.set(digest, bytes);
    },
    clear: async () => {
      manifests.clear();
      blobs.clear();
    },
  };
}
