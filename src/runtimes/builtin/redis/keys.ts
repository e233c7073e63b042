/** Commands on keys of any type: existence, expiry, names. */
import { OK, type Reply, Status } from "./resp";
import { arg, type Call, type Commands, fail, glob, integer, put, SYNTAX } from "./session";

const entryOf = (call: Call, key: string) => call.server.keyspace.get(call.client.database, key);

function expire(call: Call, at: number): Reply {
  const entry = entryOf(call, arg(call, 0));
  if (!entry) return 0;
  const condition = call.args[2]?.toUpperCase();
  if (condition !== undefined && !["NX", "XX", "GT", "LT"].includes(condition)) {
    return fail(`ERR Unsupported option ${call.args[2]}`);
  }
  const old = entry.expires;
  if (condition === "NX" && old !== undefined) return 0;
  if (condition === "XX" && old === undefined) return 0;
  if (condition === "GT" && (old === undefined || at <= old)) return 0;
  if (condition === "LT" && old !== undefined && at >= old) return 0;
  if (at <= call.server.keyspace.now()) call.server.keyspace.delete(call.client.database, arg(call, 0));
  else put(call, arg(call, 0), { ...entry, expires: at });
  return 1;
}

/** Time to live in milliseconds; -1 without, -2 without the key. */
function left(call: Call): number {
  const entry = entryOf(call, arg(call, 0));
  if (!entry) return -2;
  return entry.expires === undefined ? -1 : entry.expires - call.server.keyspace.now();
}

function rename(call: Call): boolean {
  const [from, to] = [arg(call, 0), arg(call, 1)];
  const entry = entryOf(call, from) ?? fail("ERR no such key");
  call.server.keyspace.delete(call.client.database, from);
  put(call, to, entry);
  return true;
}

/** A cursor and the members from there on that match. */
export function scan(call: Call, at: number, all: readonly string[], show: (member: string) => string[]): Reply {
  const start = integer(arg(call, at), "ERR invalid cursor");
  let pattern = "*";
  let count = 10;
  let type = "";
  for (let i = at + 1; i < call.args.length; i += 2) {
    const value = call.args[i + 1] ?? fail(SYNTAX);
    const word = arg(call, i).toUpperCase();
    if (word === "MATCH") pattern = value;
    else if (word === "COUNT") count = integer(value) > 0 ? integer(value) : fail(SYNTAX);
    else if (word === "TYPE") type = value.toLowerCase();
    else fail(SYNTAX);
  }
  const page = all.slice(start, start + count).filter((name) => glob(pattern, name));
  const kept = type ? page.filter((name) => entryOf(call, name)?.type === type) : page;
  return [String(start + count < all.length ? start + count : 0), kept.flatMap(show)];
}

const remove: Commands[string] = {
  arity: -2,
  write: true,
  run: (call) => call.args.filter((key) => call.server.keyspace.delete(call.client.database, key)).length,
};

export const keys: Commands = {
  del: remove,
  unlink: remove,
  exists: { arity: -2, run: (call) => call.args.filter((key) => entryOf(call, key)).length },
  touch: { arity: -2, run: (call) => call.args.filter((key) => entryOf(call, key)).length },
  type: { arity: 2, run: (call) => new Status(entryOf(call, arg(call, 0))?.type ?? "none") },
  keys: {
    arity: 2,
    run: (call) => call.server.keyspace.keys(call.client.database).filter((key) => glob(arg(call, 0), key)),
  },
  scan: {
    arity: -2,
    run: (call) => scan(call, 0, call.server.keyspace.keys(call.client.database), (key) => [key]),
  },
  randomkey: {
    arity: 1,
    run: (call) => {
      const all = call.server.keyspace.keys(call.client.database);
      return all[Math.floor(call.server.random() * all.length)] ?? null;
    },
  },
  rename: {
    arity: 3,
    write: true,
    run: (call) => {
      rename(call);
      return OK;
    },
  },
  renamenx: {
    arity: 3,
    write: true,
    run: (call) => {
      if (!entryOf(call, arg(call, 0))) fail("ERR no such key");
      return entryOf(call, arg(call, 1)) ? 0 : Number(rename(call));
    },
  },
  expire: {
    arity: -3,
    write: true,
    run: (call) => expire(call, call.server.keyspace.now() + integer(arg(call, 1)) * 1000),
  },
  pexpire: {
    arity: -3,
    write: true,
    run: (call) => expire(call, call.server.keyspace.now() + integer(arg(call, 1))),
  },
  expireat: { arity: -3, write: true, run: (call) => expire(call, integer(arg(call, 1)) * 1000) },
  pexpireat: { arity: -3, write: true, run: (call) => expire(call, integer(arg(call, 1))) },
  ttl: {
    arity: 2,
    run: (call) => {
      const millis = left(call);
      return millis < 0 ? millis : Math.floor((millis + 500) / 1000);
    },
  },
  pttl: { arity: 2, run: left },
  persist: {
    arity: 2,
    write: true,
    run: (call) => {
      const entry = entryOf(call, arg(call, 0));
      if (entry?.expires === undefined) return 0;
      const { expires: _, ...rest } = entry;
      put(call, arg(call, 0), rest);
      return 1;
    },
  },
  dbsize: { arity: 1, run: (call) => call.server.keyspace.keys(call.client.database).length },
  flushdb: {
    arity: -1,
    write: true,
    run: (call) => {
      call.server.keyspace.flush(call.client.database);
      return OK;
    },
  },
  flushall: {
    arity: -1,
    write: true,
    run: (call) => {
      call.server.keyspace.flush();
      return OK;
    },
  },
};
