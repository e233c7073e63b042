/**
 * The simulation of one cluster: takes commands, moves its own clock, returns what changed. Synchronous, without
 * clock, chance or I/O of its own: same seed and same calls, same history.
 */
import { openStream } from "./chance/random";
import { type Catalog, emptyCatalog } from "./engine/catalog";
import { DockerError } from "./errors";
import { LIVELOCK_ROUNDS } from "./limits";
import type { ArgsOf, Blobs, CommandKind, CoreEvent, Loop, ReplyOf, Room, Tx } from "./room";
import type { Change, Row, TableDefinitions } from "./store/schema";
import { Store, type StoredRow, type View } from "./store/store";
import { Agenda, type Millis } from "./time/agenda";

export interface MetaRow extends Row {
  readonly value: number;
}

declare module "./store/schema" {
  interface Tables {
    meta: MetaRow; // "seed", "now"
  }
}

/** What a step did. `changes` are committed already; the host writes them down before it answers. */
export interface Outcome<R = unknown> {
  readonly reply?: R;
  readonly error?: DockerError;
  readonly changes: readonly Change[];
  readonly events: readonly CoreEvent[];
}

export interface CoreOptions {
  readonly tables: TableDefinitions;
  readonly rooms: readonly Room[];
  readonly blobs: Blobs;
  /** The images that can be pulled; none when left out. */
  readonly catalog?: Catalog;
}

export class Core {
  readonly #store: Store;
  readonly #agenda: Agenda;
  readonly #handlers = new Map<string, (tx: Tx, args: unknown) => unknown>();
  readonly #timers = new Map<string, (tx: Tx, key: string) => void>();
  readonly #loops: Loop[];
  readonly #blobs: Blobs;
  readonly #catalog: Catalog;

  constructor(options: CoreOptions, rows: Iterable<StoredRow>) {
    this.#store = new Store(options.tables);
    this.#store.load(rows);
    this.#agenda = new Agenda(this.#store.table("timers"));
    this.#blobs = options.blobs;
    this.#catalog = options.catalog ?? emptyCatalog();
    for (const room of options.rooms) {
      for (const [kind, handler] of Object.entries(room.commands ?? {}))
        this.#handlers.set(kind, handler as (tx: Tx, args: unknown) => unknown);
      for (const [kind, handler] of Object.entries(room.timers ?? {})) this.#timers.set(kind, handler);
    }
    this.#loops = options.rooms.flatMap((room) => room.loops ?? []);
  }

  /** The state between two steps. */
  get view(): View {
    return this.#store;
  }

  get store(): Store {
    return this.#store;
  }

  get now(): Millis {
    return this.#store.table("meta").get("now")?.value ?? 0;
  }

  /** Sets seed and first instant of a new cluster. */
  initialise(seed: number, now: Millis): Outcome {
    return this.#step(now, (tx) => {
      tx.table("meta").put({ id: "seed", value: seed });
    });
  }

  /** Carries out one command at the present instant. A refusal is in `error`; other exceptions are bugs and pass through, with nothing written. */
  dispatch<K extends CommandKind>(kind: K, args: ArgsOf<K>): Outcome<ReplyOf<K>> {
    const handler = this.#handlers.get(kind);
    if (!handler) throw new Error(`no handler for ${kind}`);
    return this.#step(this.now, (tx) => handler(tx, args)) as Outcome<ReplyOf<K>>;
  }

  /** When the next timer falls due. */
  nextDue(): Millis | undefined {
    return this.#agenda.peek()?.due;
  }

  /**
   * Runs what falls due until `at`, at most `budget` timers, each in a step of its own at its own instant. `done` is
   * false when the budget ended first: call again. Time never goes back.
   */
  advanceTo(at: Millis, budget: number): { readonly outcome: Outcome; readonly done: boolean } {
    const changes: Change[] = [];
    const events: CoreEvent[] = [];
    for (let n = 0; n < budget; n++) {
      const next = this.#agenda.peek();
      if (!next || next.due > at) {
        const last = at > this.now ? this.#step(at, () => undefined) : undefined;
        if (last) changes.push(...last.changes);
        return { outcome: { changes: mergeChanges(changes), events }, done: true };
      }
      const outcome = this.#step(Math.max(next.due, this.now), (tx) => {
        this.#agenda.take(next.due);
        const handler = this.#timers.get(next.kind);
        if (!handler) throw new Error(`no handler for timer ${next.kind}`);
        handler(tx, next.key);
      });
      changes.push(...outcome.changes);
      events.push(...outcome.events);
    }
    return { outcome: { changes: mergeChanges(changes), events }, done: false };
  }

  #step(now: Millis, action: (tx: Tx) => unknown): Outcome {
    const events: CoreEvent[] = [];
    let failure: DockerError | undefined;
    const tx = this.#transaction(now, events, (error) => {
      failure = error;
    });
    this.#store.begin();
    try {
      const reply = action(tx);
      this.#runLoops(tx);
      if (now !== this.now) this.#store.table("meta").put({ id: "now", value: now });
      return { reply, error: failure, changes: this.#store.commit(), events };
    } catch (error) {
      this.#store.rollback();
      this.#agenda.rebuild();
      for (const loop of this.#loops) loop.reset?.();
      if (error instanceof DockerError) return { error, changes: [], events: [] };
      throw error;
    }
  }

  #transaction(now: Millis, events: CoreEvent[], fail: (error: DockerError) => void): Tx {
    const store = this.#store;
    const agenda = this.#agenda;
    return {
      now,
      blobs: this.#blobs,
      catalog: this.#catalog,
      table: (name) => store.table(name),
      random: (purpose) => openStream(store.table("streams"), store.table("meta").get("seed")?.value ?? 0, purpose),
      schedule: (kind, key, delay) => agenda.schedule(kind, key, now + Math.max(0, delay)),
      cancel: (kind, key) => agenda.cancel(kind, key),
      emit: (topic, data) => {
        events.push({ topic, data } as CoreEvent);
      },
      failAfterCommit: fail,
    };
  }

  /** Hands each loop what was written since it last looked, in their fixed order, until none has anything new to see. */
  #runLoops(tx: Tx): void {
    const seen = new Map<Loop, number>();
    for (let round = 0; ; round++) {
      if (round > LIVELOCK_ROUNDS) throw new Error("livelock: the loops keep writing");
      let idle = true;
      for (const loop of this.#loops) {
        const from = seen.get(loop) ?? 0;
        const end = this.#store.log.length;
        seen.set(loop, end);
        if (from === end) continue;
        const changes = watched(this.#store.log, from, end, loop);
        if (changes.length === 0) continue;
        idle = false;
        loop.run(tx, changes);
      }
      if (idle) return;
    }
  }
}

/** The part of the log that a loop asked to see. */
function watched(log: readonly Change[], from: number, end: number, { watches }: Loop): Change[] {
  const found: Change[] = [];
  for (let n = from; n < end; n++) {
    const change = log[n] as Change;
    if (watches.includes(change.table)) found.push(change);
  }
  return found;
}

function mergeChanges(changes: readonly Change[]): Change[] {
  const merged = new Map<string, Change>();
  for (const change of changes) {
    const key = `${change.table}\0${change.id}`;
    const earlier = merged.get(key);
    merged.set(key, {
      table: change.table,
      id: change.id,
      before: earlier ? earlier.before : change.before,
      after: change.after,
    } as Change);
  }
  return [...merged.values()].filter((change) => change.before !== change.after);
}
