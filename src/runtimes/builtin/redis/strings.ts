/** Commands on strings. */
import type { Entry } from "./keyspace";
import { OK, type Reply } from "./resp";
import {
  arg,
  type Call,
  type Commands,
  fail,
  float,
  floatText,
  integer,
  NOT_INTEGER,
  put,
  range,
  SYNTAX,
  typed,
} from "./session";

const read = (call: Call, key: string): string | null => {
  const found = typed(call, key, "string")?.text ?? null;
  if (found === null) call.server.stats.misses++;
  else call.server.stats.hits++;
  return found;
};

/** Replaces the text and keeps the time of expiry. */
const write = (call: Call, key: string, text: string): void => {
  const expires = typed(call, key, "string")?.expires;
  put(call, key, { type: "string", text, ...(expires === undefined ? {} : { expires }) });
};

function add(call: Call, by: number): Reply {
  const old = typed(call, arg(call, 0), "string")?.text ?? "0";
  const value = integer(old) + by;
  if (!Number.isSafeInteger(value)) fail("ERR increment or decrement would overflow");
  write(call, arg(call, 0), String(value));
  return value;
}

/** When a value with that option expires. */
export function deadline(call: Call, unit: string, text: string, command: string): number {
  const value = integer(text);
  if (value <= 0) fail(`ERR invalid expire time in '${command}' command`);
  const now = call.server.keyspace.now();
  if (unit === "EX") return now + value * 1000;
  if (unit === "PX") return now + value;
  return unit === "EXAT" ? value * 1000 : value;
}

function set(call: Call): Reply {
  const [key = "", text = "", ...options] = call.args;
  const old = call.server.keyspace.get(call.client.database, key);
  let expires: number | undefined;
  let condition = "";
  let get = false;
  for (let i = 0; i < options.length; i++) {
    const word = (options[i] ?? "").toUpperCase();
    if (word === "NX" || word === "XX") {
      if (condition && condition !== word) fail(SYNTAX);
      condition = word;
    } else if (word === "GET") get = true;
    else if (word === "KEEPTTL") expires = old?.expires;
    else if (["EX", "PX", "EXAT", "PXAT"].includes(word) && i + 1 < options.length && expires === undefined)
      expires = deadline(call, word, options[++i] ?? "", "set");
    else fail(SYNTAX);
  }
  const before = get ? (typed(call, key, "string")?.text ?? null) : null;
  if (condition && (condition === "NX") === (old !== undefined)) return before;
  const entry: Entry = { type: "string", text, ...(expires === undefined ? {} : { expires }) };
  put(call, key, entry);
  return get ? before : OK;
}

function setMany(call: Call, command: string): void {
  if (call.args.length % 2 !== 0) fail(`ERR wrong number of arguments for '${command}' command`);
  for (let i = 0; i < call.args.length; i += 2) put(call, arg(call, i), { type: "string", text: arg(call, i + 1) });
}

function expiring(call: Call, unit: string, command: string): Reply {
  const expires = deadline(call, unit, arg(call, 1), command);
  put(call, arg(call, 0), { type: "string", text: arg(call, 2), expires });
  return OK;
}

export const strings: Commands = {
  set: { arity: -3, write: true, run: set },
  get: { arity: 2, run: (call) => read(call, arg(call, 0)) },
  getset: {
    arity: 3,
    write: true,
    run: (call) => {
      const old = read(call, arg(call, 0));
      put(call, arg(call, 0), { type: "string", text: arg(call, 1) });
      return old;
    },
  },
  getdel: {
    arity: 2,
    write: true,
    run: (call) => {
      const old = read(call, arg(call, 0));
      call.server.keyspace.delete(call.client.database, arg(call, 0));
      return old;
    },
  },
  setnx: {
    arity: 3,
    write: true,
    run: (call) => {
      if (call.server.keyspace.get(call.client.database, arg(call, 0))) return 0;
      put(call, arg(call, 0), { type: "string", text: arg(call, 1) });
      return 1;
    },
  },
  setex: { arity: 4, write: true, run: (call) => expiring(call, "EX", "setex") },
  psetex: { arity: 4, write: true, run: (call) => expiring(call, "PX", "psetex") },
  mset: {
    arity: -3,
    write: true,
    run: (call) => {
      setMany(call, "mset");
      return OK;
    },
  },
  msetnx: {
    arity: -3,
    write: true,
    run: (call) => {
      const taken = call.args.some((key, i) => i % 2 === 0 && call.server.keyspace.get(call.client.database, key));
      if (taken) return 0;
      setMany(call, "msetnx");
      return 1;
    },
  },
  mget: {
    arity: -2,
    run: (call) =>
      call.args.map((key) => {
        const entry = call.server.keyspace.get(call.client.database, key);
        return entry?.type === "string" ? entry.text : null;
      }),
  },
  incr: { arity: 2, write: true, run: (call) => add(call, 1) },
  decr: { arity: 2, write: true, run: (call) => add(call, -1) },
  incrby: { arity: 3, write: true, run: (call) => add(call, integer(arg(call, 1))) },
  decrby: { arity: 3, write: true, run: (call) => add(call, -integer(arg(call, 1))) },
  incrbyfloat: {
    arity: 3,
    write: true,
    run: (call) => {
      const sum = float(typed(call, arg(call, 0), "string")?.text ?? "0") + float(arg(call, 1));
      const text = floatText(Number(sum.toPrecision(15)));
      write(call, arg(call, 0), text);
      return text;
    },
  },
  append: {
    arity: 3,
    write: true,
    run: (call) => {
      const text = (typed(call, arg(call, 0), "string")?.text ?? "") + arg(call, 1);
      write(call, arg(call, 0), text);
      return text.length;
    },
  },
  strlen: { arity: 2, run: (call) => typed(call, arg(call, 0), "string")?.text.length ?? 0 },
  getrange: {
    arity: 4,
    run: (call) => {
      const text = typed(call, arg(call, 0), "string")?.text ?? "";
      return text.slice(...range(text.length, arg(call, 1), arg(call, 2)));
    },
  },
  setrange: {
    arity: 4,
    write: true,
    run: (call) => {
      const at = integer(arg(call, 1), NOT_INTEGER);
      if (at < 0) fail("ERR offset is out of range");
      if (at > 16 << 20) fail("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
      const old = typed(call, arg(call, 0), "string")?.text ?? "";
      if (arg(call, 2) === "") return old.length;
      const text = old.slice(0, at).padEnd(at, "\0") + arg(call, 2) + old.slice(at + arg(call, 2).length);
      write(call, arg(call, 0), text);
      return text.length;
    },
  },
};
