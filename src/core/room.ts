/**
 * What a room of the core gives to `core.ts`: handlers of commands and timers, and loops. And what a handler is given:
 * the transaction.
 */
import type { Random } from "./chance/random";
import type { Catalog } from "./engine/catalog";
import type { DockerError } from "./errors";
import type { Change, TableName, Tables } from "./store/schema";
import type { View } from "./store/store";
import type { WriteTable } from "./store/table";
import type { Millis } from "./time/agenda";

// biome-ignore lint/suspicious/noEmptyInterface: every room merges its commands into it, as `"container.create": { args: ...; reply: ... }`
export interface Commands {}
export type CommandKind = keyof Commands & string;
export type ArgsOf<K extends CommandKind> = Commands[K] extends { args: infer A } ? A : never;
export type ReplyOf<K extends CommandKind> = Commands[K] extends { reply: infer R } ? R : never;

// biome-ignore lint/suspicious/noEmptyInterface: every room merges its events into it, by topic
export interface Events {}
export type EventTopic = keyof Events & string;

/** Something that happened in a step, for whoever watches now; not kept. */
export type CoreEvent = { [T in EventTopic]: { readonly topic: T; readonly data: Events[T] } }[EventTopic];

/** Content by digest (64 hex digits), outside the rows because it is large. Synchronous. */
export interface Blobs {
  get(digest: string): Uint8Array | undefined;
  /** Keeps the bytes and returns their SHA-256. */
  put(bytes: Uint8Array): string;
}

/** One step: reads and writes of one instant. Nothing is kept if the handler throws. */
export interface Tx extends View {
  readonly now: Millis;
  readonly blobs: Blobs;
  readonly catalog: Catalog;
  /** Tasks of the cluster beyond which services get no more: the memory of whoever runs the simulation. */
  readonly mostTasks: number;
  table<K extends TableName>(name: K): WriteTable<Tables[K]>;
  random(purpose: string): Random;
  /** Calls the timer handler `kind` with `key` after `delay`; a second call with the same kind and key moves it. */
  schedule(kind: string, key: string, delay: Millis): void;
  cancel(kind: string, key: string): void;
  emit<T extends EventTopic>(topic: T, data: Events[T]): void;
  /** Lets the step commit what it wrote and answers with this error all the same: a container that cannot start stays created. */
  failAfterCommit(error: DockerError): void;
}

export type CommandHandlers = { [K in CommandKind]?: (tx: Tx, args: ArgsOf<K>) => ReplyOf<K> };

/** Reads the changes of this step that it watches, and writes what follows from them; called again until nothing new is written. */
export interface Loop {
  readonly name: string;
  readonly watches: readonly TableName[];
  run(tx: Tx, changes: readonly Change[]): void;
  /** Forgets what it remembered: after loading and after a step that was rolled back. */
  reset?(): void;
}

export interface Room {
  readonly commands?: CommandHandlers;
  readonly timers?: Record<string, (tx: Tx, key: string) => void>;
  readonly loops?: readonly Loop[];
}
