/** A backend over bare tables, for tests: rows are put as they shall be, commands are answered by the test. */
import { emptyCatalog } from "../core/engine/catalog";
import type { CommandKind, CoreEvent } from "../core/room";
import type { Change, TableName, Tables } from "../core/store/schema";
import { Store } from "../core/store/store";
import { tables } from "../core/tables";
import type { Backend, StepNews } from "./backend";

export type Answers = Partial<Record<CommandKind, (args: never) => unknown>>;

export interface FakeBackend {
  readonly backend: Backend;
  /** Commands that were given, in order. */
  readonly dispatched: { readonly kind: string; readonly args: unknown }[];
  /** What was written to standard inputs, by owner. */
  readonly typed: Record<string, string>;
  /** Takes a step: puts rows, emits events, tells the subscribers. */
  step(rows: Partial<{ [K in TableName]: readonly Tables[K][] }>, events?: readonly CoreEvent[]): void;
  remove(table: TableName, id: string): void;
  clock: number;
  holds: number;
}

/** 2026-11-24T12:00:00Z. */
export const NOON = 1_795_521_600_000;

export function fakeBackend(answers: Answers = {}): FakeBackend {
  const store = new Store(tables);
  const listeners = new Set<(news: StepNews) => void>();
  const blobs = new Map<string, Uint8Array>();
  const change = (write: () => void, events: readonly CoreEvent[] = []) => {
    store.begin();
    write();
    store.commit();
    const changes: Change[] = store.takeChanges();
    for (const listener of [...listeners]) listener({ changes, events });
  };
  const fake: FakeBackend = {
    dispatched: [],
    typed: {},
    clock: NOON,
    holds: 0,
    step: (rows, events) =>
      change(() => {
        for (const [table, list] of Object.entries(rows))
          for (const row of list as Tables[TableName][]) store.table(table as TableName).put(row as never);
      }, events),
    remove: (table, id) => change(() => void store.table(table).delete(id)),
    backend: {
      machine: "node1",
      view: store,
      catalog: emptyCatalog(),
      now: () => fake.clock,
      dispatch: (kind, args) => {
        fake.dispatched.push({ kind, args });
        return answers[kind]?.(args as never) as never;
      },
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      blobs: {
        get: (digest) => blobs.get(digest),
        put: (bytes) => {
          const digest = String(blobs.size);
          blobs.set(digest, bytes);
          return digest;
        },
      },
      stdin: (owner) => ({
        write: async (bytes) => {
          fake.typed[owner] = (fake.typed[owner] ?? "") + new TextDecoder().decode(bytes);
        },
        end: () => {
          fake.typed[owner] = `${fake.typed[owner] ?? ""}<EOF>`;
        },
      }),
      resize: (owner, columns, rows) => void fake.dispatched.push({ kind: "resize", args: { owner, columns, rows } }),
      sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
      hold: () => {
        fake.holds++;
        return () => void fake.holds--;
      },
    },
  };
  fake.step({
    machines: [
      {
        id: "node1",
        name: "node1",
        address: "192.168.99.101",
        power: "on",
        network: "ok",
        daemon: "up",
        nanoCpus: 2e9,
        memory: 4 * 1024 ** 3,
        engineId: "3c68da79-6eb0-4f57-bab7-2e052e49947f",
        bootedAt: NOON - 3_600_000,
      },
    ],
  });
  return fake;
}
