/** Commands on lists, hashes and sets. */

import { scan } from "./keys";
import { OK, type Reply } from "./resp";
import { arg, type Call, type Commands, fail, float, floatText, integer, put, range, SYNTAX, typed } from "./session";

const list = (call: Call, key: string) => typed(call, key, "list") ?? { type: "list" as const, items: [] };
const set = (call: Call, key: string) => typed(call, key, "set") ?? { type: "set" as const, members: [] };
const hash = (call: Call, key: string) =>
  typed(call, key, "hash") ?? { type: "hash" as const, fields: Object.create(null) as Record<string, string> };

function push(call: Call, left: boolean, onlyExisting = false): Reply {
  const key = arg(call, 0);
  const entry = list(call, key);
  if (onlyExisting && entry.items.length === 0) return 0;
  for (const item of call.args.slice(1)) {
    if (left) entry.items.unshift(item);
    else entry.items.push(item);
  }
  put(call, key, entry);
  return entry.items.length;
}

function take(call: Call, key: string, left: boolean): string | null {
  const entry = list(call, key);
  const item = left ? entry.items.shift() : entry.items.pop();
  if (item === undefined) return null;
  put(call, key, entry);
  return item;
}

function pop(call: Call, left: boolean): Reply {
  if (call.args.length === 1) return take(call, arg(call, 0), left);
  const count = integer(arg(call, 1), "ERR value is out of range, must be positive");
  if (count < 0) fail("ERR value is out of range, must be positive");
  const items = Array.from({ length: Math.min(count, list(call, arg(call, 0)).items.length) }, () =>
    take(call, arg(call, 0), left),
  );
  return items.length === 0 ? null : items;
}

/** Takes from the first list that has something; waits until one has, or until the time is over. */
async function blockingPop(call: Call, left: boolean): Promise<Reply> {
  const seconds = float(call.args.at(-1) ?? "", "ERR timeout is not a float or out of range");
  if (seconds < 0) fail("ERR timeout is negative");
  const over = new AbortController();
  const stop = AbortSignal.any([over.signal, call.client.gone]);
  if (seconds > 0) {
    call.server.sleep(seconds * 1000, stop).then(
      () => over.abort(),
      () => undefined,
    );
  }
  for (;;) {
    for (const key of call.args.slice(0, -1)) {
      const item = take(call, key, left);
      if (item === null) continue;
      over.abort();
      return [key, item];
    }
    if (stop.aborted || call.client.queue) return null;
    await call.server.keyspace.changed(stop);
  }
}

function move(call: Call, fromLeft: boolean, toLeft: boolean): Reply {
  list(call, arg(call, 1));
  const item = take(call, arg(call, 0), fromLeft);
  if (item === null) return null;
  const target = list(call, arg(call, 1));
  if (toLeft) target.items.unshift(item);
  else target.items.push(item);
  put(call, arg(call, 1), target);
  return item;
}

const side = (word: string): boolean => {
  const upper = word.toUpperCase();
  if (upper !== "LEFT" && upper !== "RIGHT") fail(SYNTAX);
  return upper === "LEFT";
};

const lists: Commands = {
  lpush: { arity: -3, write: true, run: (call) => push(call, true) },
  rpush: { arity: -3, write: true, run: (call) => push(call, false) },
  lpushx: { arity: -3, write: true, run: (call) => push(call, true, true) },
  rpushx: { arity: -3, write: true, run: (call) => push(call, false, true) },
  lpop: { arity: -2, write: true, run: (call) => pop(call, true) },
  rpop: { arity: -2, write: true, run: (call) => pop(call, false) },
  blpop: { arity: -3, write: true, run: (call) => blockingPop(call, true) },
  brpop: { arity: -3, write: true, run: (call) => blockingPop(call, false) },
  rpoplpush: { arity: 3, write: true, run: (call) => move(call, false, true) },
  lmove: { arity: 5, write: true, run: (call) => move(call, side(arg(call, 2)), side(arg(call, 3))) },
  llen: { arity: 2, run: (call) => list(call, arg(call, 0)).items.length },
  lrange: {
    arity: 4,
    run: (call) => {
      const { items } = list(call, arg(call, 0));
      return items.slice(...range(items.length, arg(call, 1), arg(call, 2)));
    },
  },
  lindex: { arity: 3, run: (call) => list(call, arg(call, 0)).items.at(integer(arg(call, 1))) ?? null },
  lset: {
    arity: 4,
    write: true,
    run: (call) => {
      const entry = typed(call, arg(call, 0), "list") ?? fail("ERR no such key");
      const at = integer(arg(call, 1)) < 0 ? integer(arg(call, 1)) + entry.items.length : integer(arg(call, 1));
      if (at < 0 || at >= entry.items.length) fail("ERR index out of range");
      entry.items[at] = arg(call, 2);
      put(call, arg(call, 0), entry);
      return OK;
    },
  },
  ltrim: {
    arity: 4,
    write: true,
    run: (call) => {
      const entry = list(call, arg(call, 0));
      entry.items = entry.items.slice(...range(entry.items.length, arg(call, 1), arg(call, 2)));
      put(call, arg(call, 0), entry);
      return OK;
    },
  },
  lrem: {
    arity: 4,
    write: true,
    run: (call) => {
      const entry = list(call, arg(call, 0));
      const count = integer(arg(call, 1));
      let rest = count === 0 ? Number.POSITIVE_INFINITY : Math.abs(count);
      const items = count < 0 ? entry.items.toReversed() : entry.items;
      const kept = items.filter((item) => item !== arg(call, 2) || rest-- <= 0);
      const removed = items.length - kept.length;
      if (removed > 0) put(call, arg(call, 0), { ...entry, items: count < 0 ? kept.toReversed() : kept });
      return removed;
    },
  },
};

function hset(call: Call, command: string): number {
  if (call.args.length % 2 === 0) fail(`ERR wrong number of arguments for '${command}' command`);
  const entry = hash(call, arg(call, 0));
  const before = Object.keys(entry.fields).length;
  for (let i = 1; i < call.args.length; i += 2) entry.fields[arg(call, i)] = arg(call, i + 1);
  put(call, arg(call, 0), entry);
  return Object.keys(entry.fields).length - before;
}

const hashes: Commands = {
  hset: { arity: -4, write: true, run: (call) => hset(call, "hset") },
  hmset: {
    arity: -4,
    write: true,
    run: (call) => {
      hset(call, "hmset");
      return OK;
    },
  },
  hsetnx: {
    arity: 4,
    write: true,
    run: (call) => (hash(call, arg(call, 0)).fields[arg(call, 1)] === undefined ? hset(call, "hsetnx") : 0),
  },
  hget: { arity: 3, run: (call) => hash(call, arg(call, 0)).fields[arg(call, 1)] ?? null },
  hmget: {
    arity: -3,
    run: (call) => {
      const { fields } = hash(call, arg(call, 0));
      return call.args.slice(1).map((field) => fields[field] ?? null);
    },
  },
  hgetall: { arity: 2, run: (call) => Object.entries(hash(call, arg(call, 0)).fields).flat() },
  hkeys: { arity: 2, run: (call) => Object.keys(hash(call, arg(call, 0)).fields) },
  hvals: { arity: 2, run: (call) => Object.values(hash(call, arg(call, 0)).fields) },
  hlen: { arity: 2, run: (call) => Object.keys(hash(call, arg(call, 0)).fields).length },
  hexists: { arity: 3, run: (call) => (hash(call, arg(call, 0)).fields[arg(call, 1)] === undefined ? 0 : 1) },
  hdel: {
    arity: -3,
    write: true,
    run: (call) => {
      const entry = hash(call, arg(call, 0));
      const gone = [...new Set(call.args.slice(1))].filter((field) => entry.fields[field] !== undefined);
      for (const field of gone) delete entry.fields[field];
      if (gone.length > 0) put(call, arg(call, 0), entry);
      return gone.length;
    },
  },
  hincrby: {
    arity: 4,
    write: true,
    run: (call) => {
      const entry = hash(call, arg(call, 0));
      const by = integer(arg(call, 2));
      const value = integer(entry.fields[arg(call, 1)] ?? "0", "ERR hash value is not an integer") + by;
      entry.fields[arg(call, 1)] = String(value);
      put(call, arg(call, 0), entry);
      return value;
    },
  },
  hincrbyfloat: {
    arity: 4,
    write: true,
    run: (call) => {
      const entry = hash(call, arg(call, 0));
      const by = float(arg(call, 2));
      const sum = float(entry.fields[arg(call, 1)] ?? "0", "ERR hash value is not a float") + by;
      const text = floatText(Number(sum.toPrecision(15)));
      entry.fields[arg(call, 1)] = text;
      put(call, arg(call, 0), entry);
      return text;
    },
  },
  hscan: {
    arity: -3,
    run: (call) => {
      const { fields } = hash(call, arg(call, 0));
      return scan(call, 1, Object.keys(fields), (field) => [field, fields[field] ?? ""]);
    },
  },
};

type Combine = (sets: readonly (readonly string[])[]) => string[];
const union: Combine = (all) => [...new Set(all.flat())];
const intersection: Combine = ([first = [], ...rest]) => first.filter((one) => rest.every((set) => set.includes(one)));
const difference: Combine = ([first = [], ...rest]) => first.filter((one) => !rest.some((set) => set.includes(one)));

const combined = (combine: Combine): Commands[string] => ({
  arity: -2,
  run: (call) => combine(call.args.map((key) => set(call, key).members)),
});

const stored = (combine: Combine): Commands[string] => ({
  arity: -3,
  write: true,
  run: (call) => {
    const members = combine(call.args.slice(1).map((key) => set(call, key).members));
    put(call, arg(call, 0), { type: "set", members });
    return members.length;
  },
});

function drop(call: Call, gone: readonly string[]): void {
  const entry = set(call, arg(call, 0));
  put(call, arg(call, 0), { ...entry, members: entry.members.filter((member) => !gone.includes(member)) });
}

/** Some members by chance, each once. */
function draw(call: Call, count: number): string[] {
  const pool = [...set(call, arg(call, 0)).members];
  const drawn: string[] = [];
  while (drawn.length < count && pool.length > 0)
    drawn.push(...pool.splice(Math.floor(call.server.random() * pool.length), 1));
  return drawn;
}

const sets: Commands = {
  sadd: {
    arity: -3,
    write: true,
    run: (call) => {
      const entry = set(call, arg(call, 0));
      const members = [...new Set([...entry.members, ...call.args.slice(1)])];
      put(call, arg(call, 0), { ...entry, members });
      return members.length - entry.members.length;
    },
  },
  srem: {
    arity: -3,
    write: true,
    run: (call) => {
      const before = set(call, arg(call, 0)).members.length;
      drop(call, call.args.slice(1));
      return before - set(call, arg(call, 0)).members.length;
    },
  },
  smembers: { arity: 2, run: (call) => set(call, arg(call, 0)).members },
  sismember: { arity: 3, run: (call) => Number(set(call, arg(call, 0)).members.includes(arg(call, 1))) },
  smismember: {
    arity: -3,
    run: (call) => {
      const { members } = set(call, arg(call, 0));
      return call.args.slice(1).map((member) => Number(members.includes(member)));
    },
  },
  smove: {
    arity: 4,
    write: true,
    run: (call) => {
      const [from, to, member] = [arg(call, 0), arg(call, 1), arg(call, 2)];
      const target = set(call, to);
      if (!set(call, from).members.includes(member)) return 0;
      drop(call, [member]);
      put(call, to, { ...target, members: [...new Set([...set(call, to).members, member])] });
      return 1;
    },
  },
  sintercard: {
    arity: -3,
    run: (call) => {
      const count = integer(arg(call, 0), "ERR numkeys should be greater than 0");
      if (count < 1) fail("ERR numkeys should be greater than 0");
      const rest = call.args.slice(1 + count);
      if (count >= call.args.length) fail("ERR Number of keys can't be greater than number of args");
      if (rest.length > 0 && (rest.length !== 2 || rest[0]?.toUpperCase() !== "LIMIT")) fail(SYNTAX);
      const limit = rest[1] === undefined ? 0 : integer(rest[1], "ERR LIMIT can't be negative");
      if (limit < 0) fail("ERR LIMIT can't be negative");
      const found = intersection(call.args.slice(1, 1 + count).map((key) => set(call, key).members)).length;
      return limit > 0 ? Math.min(limit, found) : found;
    },
  },
  scard: { arity: 2, run: (call) => set(call, arg(call, 0)).members.length },
  srandmember: {
    arity: -2,
    run: (call) => (call.args.length === 1 ? (draw(call, 1)[0] ?? null) : draw(call, Math.abs(integer(arg(call, 1))))),
  },
  spop: {
    arity: -2,
    write: true,
    run: (call) => {
      const drawn = draw(call, call.args.length === 1 ? 1 : integer(arg(call, 1)));
      drop(call, drawn);
      return call.args.length === 1 ? (drawn[0] ?? null) : drawn;
    },
  },
  sunion: combined(union),
  sinter: combined(intersection),
  sdiff: combined(difference),
  sunionstore: stored(union),
  sinterstore: stored(intersection),
  sdiffstore: stored(difference),
  sscan: { arity: -3, run: (call) => scan(call, 1, set(call, arg(call, 0)).members, (member) => [member]) },
};

export const collections: Commands = { ...lists, ...hashes, ...sets };
