/**
 * The simulation of one cluster: takes commands, moves its own clock, returns what changed. Synchronous, without
 * clock, chance or I/O of its own: same seed and same calls, same history.
 */
import { openStream, type Random } from "./chance/random";
import { type Catalog, emptyCatalog } from "./engine/catalog";
import { DockerError } from "./errors";
import { LIVELOCK_ROUNDS } from "./limits";
import type { ArgsOf, Blobs, CommandKind, CoreEvent, Events, EventTopic, Loop, ReplyOf, Room, Tx } from "./room";
import type { Change, Row, TableDefinitions, TableName, Tables } from "./store/schema";
import { Store, type StoredRow, type View } from "./store/store";
import type { WriteTable } from "./store/table";
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
  /** Tasks beyond which services get no more; any number when left out. */
  readonly mostTasks?: number;
}

export class Core {
  readonly #store: Store;
  readonly #agenda: Agenda;
  readonly #handlers = new Map<string, (tx: Tx, args: unknown) => unknown>();
  readonly #timers = new Map<string, (tx: Tx, key: string) => void>();
  readonly #loops: Loop[];
  /** The places in `#loops` of those who watch a table. */
  readonly #watchers = new Map<string, number[]>();
  readonly #facilities: Facilities;
  /** For each loop: of what it watches, what it has not seen in this step. */
  readonly #news: (Change[] | typeof NONE)[];

  constructor(options: CoreOptions, rows: Iterable<StoredRow>) {
    this.#store = new Store(options.tables);
    this.#store.load(rows);
    this.#agenda = new Agenda(this.#store.table("timers"));
    this.#facilities = {
      store: this.#store,
      agenda: this.#agenda,
      blobs: options.blobs,
      catalog: options.catalog ?? emptyCatalog(),
      mostTasks: options.mostTasks ?? Number.POSITIVE_INFINITY,
      random: streamsOf(this.#store),
    };
    for (const room of options.rooms) {
      for (const [kind, handler] of Object.entries(room.commands ?? {}))
        this.#handlers.set(kind, handler as (tx: Tx, args: unknown) => unknown);
      for (const [kind, handler] of Object.entries(room.timers ?? {})) this.#timers.set(kind, handler);
    }
    this.#loops = options.rooms.flatMap((room) => room.loops ?? []);
    this.#news = this.#loops.map(() => NONE);
    for (const [place, loop] of this.#loops.entries())
      for (const table of loop.watches) this.#watchers.set(table, [...(this.#watchers.get(table) ?? []), place]);
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
    return this.#outcome(now, (tx) => {
      tx.table("meta").put({ id: "seed", value: seed });
    });
  }

  /** Carries out one command at the present instant. A refusal is in `error`; other exceptions are bugs and pass through, with nothing written. */
  dispatch<K extends CommandKind>(kind: K, args: ArgsOf<K>): Outcome<ReplyOf<K>> {
    const handler = this.#handlers.get(kind);
    if (!handler) throw new Error(`no handler for ${kind}`);
    return this.#outcome(this.now, (tx) => handler(tx, args)) as Outcome<ReplyOf<K>>;
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
    const events: CoreEvent[] = [];
    let done = false;
    for (let n = 0; n < budget && !done; n++) {
      const next = this.#agenda.peek();
      done = !next || next.due > at;
      if (done && at > this.now) this.#step(at, events, () => undefined);
      if (done || !next) break;
      this.#step(Math.max(next.due, this.now), events, (tx) => {
        this.#agenda.take(next.due);
        const handler = this.#timers.get(next.kind);
        if (!handler) throw new Error(`no handler for timer ${next.kind}`);
        handler(tx, next.key);
      });
    }
    return { outcome: { changes: this.#store.takeChanges(), events }, done };
  }

  #outcome(now: Millis, action: (tx: Tx) => unknown): Outcome {
    const events: CoreEvent[] = [];
    const { reply, error } = this.#step(now, events, action);
    return { reply, error, changes: this.#store.takeChanges(), events };
  }

  #step(now: Millis, events: CoreEvent[], action: (tx: Tx) => unknown): { reply?: unknown; error?: DockerError } {
    const told = events.length;
    const tx = new Step(this.#facilities, now, events);
    this.#store.begin();
    try {
      const reply = action(tx);
      this.#runLoops(tx);
      if (now !== this.now) this.#store.table("meta").put({ id: "now", value: now });
      this.#store.commit();
      return { reply, error: tx.failure };
    } catch (error) {
      this.#store.rollback();
      events.length = told;
      this.#agenda.rebuild();
      for (const loop of this.#loops) loop.reset?.();
      for (let n = 0; n < this.#news.length; n++) this.#news[n] = NONE;
      if (error instanceof DockerError) return { error };
      throw error;
    }
  }

  /** Hands each loop what was written since it last looked, in their fixed order, until none has anything new to see. */
  #runLoops(tx: Tx): void {
    const news = this.#news;
    const { log } = this.#store;
    let told = 0;
    for (let round = 0; ; round++) {
      if (round > LIVELOCK_ROUNDS) throw new Error("livelock: the loops keep writing");
      let idle = true;
      for (let n = 0; n < news.length; n++) {
        if (told < log.length) told = this.#tell(told);
        const changes = news[n] ?? NONE;
        if (changes.length === 0) continue;
        idle = false;
        news[n] = NONE;
        this.#loops[n]?.run(tx, changes);
      }
      if (idle) return;
    }
  }

  /** Sorts what the log has from there on by those who watch it. Returns its end. */
  #tell(from: number): number {
    const { log } = this.#store;
    for (let n = from; n < log.length; n++) {
      const change = log[n] as Change;
      const watchers = this.#watchers.get(change.table);
      if (!watchers) continue;
      for (const loop of watchers) {
        const known = this.#news[loop];
        if (known && known !== NONE) (known as Change[]).push(change);
        else this.#news[loop] = [change];
      }
    }
    return log.length;
  }
}

/** Nothing new to see. */
const NONE: readonly Change[] = [];

/** What steps work with: the same for all of a core. */
interface Facilities {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly blobs: Blobs;
  readonly catalog: Catalog;
  readonly mostTasks: number;
  readonly random: (purpose: string) => Random;
}

/** The transaction of one step. */
class Step implements Tx {
  readonly now: Millis;
  readonly blobs: Blobs;
  readonly catalog: Catalog;
  readonly mostTasks: number;
  failure: DockerError | undefined;
  readonly #with: Facilities;
  readonly #events: CoreEvent[];

  constructor(facilities: Facilities, now: Millis, events: CoreEvent[]) {
    this.now = now;
    this.blobs = facilities.blobs;
    this.catalog = facilities.catalog;
    this.mostTasks = facilities.mostTasks;
    this.#with = facilities;
    this.#events = events;
  }

  table<K extends TableName>(name: K): WriteTable<Tables[K]> {
    return this.#with.store.table(name);
  }

  random(purpose: string): Random {
    return this.#with.random(purpose);
  }

  schedule(kind: string, key: string, delay: Millis): void {
    this.#with.agenda.schedule(kind, key, this.now + Math.max(0, delay));
  }

  cancel(kind: string, key: string): void {
    this.#with.agenda.cancel(kind, key);
  }

  emit<T extends EventTopic>(topic: T, data: Events[T]): void {
    this.#events.push({ topic, data } as CoreEvent);
  }

  failAfterCommit(error: DockerError): void {
    this.failure = error;
  }
}

/** Streams are opened once; their position is a row. */
function streamsOf(store: Store): (purpose: string) => Random {
  const opened = new Map<string, Random>();
  return (purpose) => {
    const known = opened.get(purpose);
    if (known) return known;
    const seed = store.table("meta").get("seed")?.value ?? 0;
    const stream = openStream(store.table("streams"), seed, purpose);
    opened.set(purpose, stream);
    return stream;
  };
}
