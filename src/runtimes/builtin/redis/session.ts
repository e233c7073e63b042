/** What a command sees: its client, the keyspace, typed access to values. */
import type { Entry, Keyspace, Value } from "./keyspace";
import { type Answer, Failure, type Reply } from "./resp";

/** One connected client. */
export interface Client {
  readonly id: number;
  readonly address: string;
  name: string;
  database: number;
  authenticated: boolean;
  /** Commands since MULTI. */
  queue: (readonly string[])[] | undefined;
  queueFailed: boolean;
  readonly since: number;
  readonly gone: AbortSignal;
  /** What it is subscribed to. */
  readonly channels: Set<string>;
  readonly patterns: Set<string>;
  /** Sends what it has not asked for. */
  send(message: Reply): void;
}

/** The server as commands see it. */
export interface Server {
  readonly keyspace: Keyspace;
  readonly config: Map<string, string>;
  readonly clients: Map<number, Client>;
  readonly random: () => number;
  readonly sleep: (millis: number, signal: AbortSignal) => Promise<void>;
  readonly version: string;
  readonly started: number;
  readonly pid: number;
  readonly stats: { commands: number; connections: number; hits: number; misses: number; lastSave: number };
  save(): void;
  /** Ends the server after this command. */
  shutdown(save: boolean): void;
}

export interface Call {
  readonly server: Server;
  readonly client: Client;
  /** The words after the command's name. */
  readonly args: readonly string[];
}

/** Arity as Redis counts it: with the name; negative for "at least". */
export interface Command {
  readonly arity: number;
  readonly write?: boolean;
  run(call: Call): Answer | Promise<Answer>;
}

export type Commands = Readonly<Record<string, Command>>;

/** Thrown by helpers, becomes the reply. */
export class CommandError extends Error {}

export const fail = (text: string): never => {
  throw new CommandError(text);
};

export const WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
export const NOT_INTEGER = "ERR value is not an integer or out of range";
export const NOT_FLOAT = "ERR value is not a valid float";
export const SYNTAX = "ERR syntax error";

/** The word at a place; arity made sure that it is there. */
export const arg = (call: Call, at: number): string => call.args[at] ?? "";

export function integer(text: string, message = NOT_INTEGER): number {
  const value = /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : fail(message);
}

export function float(text: string, message = NOT_FLOAT): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(value) ? fail(message) : value;
}

/** A number as Redis writes floats. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return String(value);
}

/** The entry of a key, which must be of that type; undefined when there is none. */
export function typed<T extends Value["type"]>(
  call: Call,
  key: string,
  type: T,
): Extract<Entry, { type: T }> | undefined {
  const entry = call.server.keyspace.get(call.client.database, key);
  if (entry && entry.type !== type) return fail(WRONG_TYPE);
  return entry as Extract<Entry, { type: T }> | undefined;
}

export const put = (call: Call, key: string, entry: Entry): void =>
  call.server.keyspace.put(call.client.database, key, entry);

export const failure = (error: unknown): Failure => {
  if (error instanceof CommandError) return new Failure(error.message);
  throw error;
};

/** Start and end of a range whose ends may count from the back; `end` is exclusive. */
export function range(length: number, from: string, to: string): [start: number, end: number] {
  const place = (text: string) => (integer(text) < 0 ? integer(text) + length : integer(text));
  return [Math.max(0, place(from)), Math.min(length, place(to) + 1)];
}

/** Redis's glob patterns. */
export function glob(pattern: string, text: string): boolean {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const letter = pattern[i] ?? "";
    if (letter === "*") source += source.endsWith("[^]*") ? "" : "[^]*";
    else if (letter === "?") source += "[^]";
    else if (letter === "[" && pattern.indexOf("]", i) > i) {
      const end = pattern.indexOf("]", i);
      const inside = pattern.slice(i + 1, end);
      const negated = inside.startsWith("^");
      const members = (negated ? inside.slice(1) : inside).replace(/[\\\]^[]/g, "\\$&");
      source += members === "" ? "(?!)" : `[${negated ? "^" : ""}${members}]`;
      i = end;
    } else {
      const plain = letter === "\\" && i + 1 < pattern.length ? (pattern[++i] ?? "") : letter;
      source += plain.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    }
  }
  try {
    return new RegExp(`^${source}$`).test(text);
  } catch {
    return false;
  }
}
