/**
 * The agenda: what falls due later, as rows ordered by (due, sequence). A timer has a kind (whose handler a room
 * registers) and a key; scheduling the same kind and key again moves it.
 */
import type { Row } from "../store/schema";
import type { WriteTable } from "../store/table";

/** Simulated milliseconds since the Unix epoch. */
export type Millis = number;

export interface TimerRow extends Row {
  readonly kind: string;
  readonly key: string;
  readonly due: Millis;
  readonly sequence: number; // rises with every scheduling: equal dues run in the order they were set
}

declare module "../store/schema" {
  interface Tables {
    timers: TimerRow;
  }
}

interface Entry {
  readonly due: Millis;
  readonly sequence: number;
  readonly id: string;
}

export class Agenda {
  readonly #timers: WriteTable<TimerRow>;
  #heap: Entry[] = [];
  #sequence = 0;
  /** The answer of the last `peek`, as long as it is good. */
  #next: TimerRow | undefined;

  constructor(timers: WriteTable<TimerRow>) {
    this.#timers = timers;
    this.rebuild();
  }

  /** Reads all timers anew: after loading and after a rollback. */
  rebuild(): void {
    this.#heap = [];
    this.#sequence = 0;
    this.#next = undefined;
    for (const row of this.#timers.all()) {
      this.#push({ due: row.due, sequence: row.sequence, id: row.id });
      this.#sequence = Math.max(this.#sequence, row.sequence + 1);
    }
  }

  schedule(kind: string, key: string, due: Millis): void {
    const row: TimerRow = { id: `${kind}:${key}`, kind, key, due, sequence: this.#sequence++ };
    this.#timers.put(row);
    if (this.#next && (due < this.#next.due || row.id === this.#next.id)) this.#next = undefined;
    this.#push({ due, sequence: row.sequence, id: row.id });
  }

  cancel(kind: string, key: string): void {
    this.#next = undefined;
    this.#timers.delete(`${kind}:${key}`); // its heap entry is skipped when it surfaces
  }

  /** The timer that is next, left in place. */
  peek(): TimerRow | undefined {
    this.#next ??= this.#surface();
    return this.#next;
  }

  #surface(): TimerRow | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (!top) return undefined;
      const row = this.#timers.get(top.id);
      if (row && row.sequence === top.sequence) return row;
      this.#pop();
    }
  }

  /** Takes the next timer off the agenda if it is due by then. */
  take(until: Millis): TimerRow | undefined {
    const row = this.peek();
    if (!row || row.due > until) return undefined;
    this.#pop();
    this.#next = undefined;
    this.#timers.delete(row.id);
    return row;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent] as Entry)) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!before(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (a: Entry, b: Entry) => a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
