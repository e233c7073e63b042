/** Commands on sorted sets (Redis `t_zset.c`). */
import { scan } from "./keys";
import type { Reply } from "./resp";
import { arg, type Call, type Commands, fail, float, floatText, integer, put, SYNTAX, typed } from "./session";
import { nameTest, ordered, readSelection, type Scored, scoreTest, select } from "./zset-ranges";

type Scores = Record<string, number>;

const scoresOf = (call: Call, key: string): Scores =>
  typed(call, key, "zset")?.scores ?? (Object.create(null) as Scores);

function store(call: Call, key: string, members: Iterable<Scored>): void {
  const scores = Object.create(null) as Scores;
  for (const [member, score] of members) scores[member] = score;
  const old = typed(call, key, "zset");
  put(call, key, { ...old, type: "zset", scores });
}

const shown = (found: readonly Scored[], withScores: boolean): string[] =>
  found.flatMap(([member, score]) => (withScores ? [member, floatText(score)] : [member]));

const sum = (a: number, b: number): number => {
  const total = a + b;
  return Number.isNaN(total) ? fail("ERR resulting score is not a number (NaN)") : total;
};

const ADD_OPTIONS = new Set(["NX", "XX", "GT", "LT", "CH", "INCR"]);

function add(call: Call): Reply {
  let at = 1;
  const options = new Set<string>();
  while (ADD_OPTIONS.has(arg(call, at).toUpperCase())) options.add(arg(call, at++).toUpperCase());
  const words = call.args.slice(at);
  if (words.length === 0 || words.length % 2 === 1) fail(SYNTAX);
  if (options.has("NX") && options.has("XX")) fail("ERR XX and NX options at the same time are not compatible");
  if (["GT", "LT", "NX"].filter((option) => options.has(option)).length > 1)
    fail("ERR GT, LT, and/or NX options at the same time are not compatible");
  if (options.has("INCR") && words.length > 2) fail("ERR INCR option supports a single increment-element pair");
  const pairs = words.flatMap((word, n): Scored[] => (n % 2 === 0 ? [[words[n + 1] ?? "", float(word)]] : []));
  return write(call, options, pairs);
}

/** What was added (with CH: or changed); with INCR the new score, nil where it may not be set. */
function write(call: Call, options: ReadonlySet<string>, pairs: readonly Scored[]): Reply {
  const scores = scoresOf(call, arg(call, 0));
  let added = 0;
  let changed = 0;
  let last: string | null = null;
  for (const [member, given] of pairs) {
    const old = scores[member];
    const score = options.has("INCR") ? sum(old ?? 0, given) : given;
    if (old === undefined ? options.has("XX") : options.has("NX")) continue;
    if (old !== undefined && ((options.has("GT") && score <= old) || (options.has("LT") && score >= old))) continue;
    if (old === undefined) added++;
    else if (old !== score) changed++;
    scores[member] = score;
    last = floatText(score);
  }
  if (added + changed > 0) store(call, arg(call, 0), Object.entries(scores));
  if (options.has("INCR")) return last;
  return options.has("CH") ? added + changed : added;
}

function drop(call: Call, gone: readonly string[]): number {
  const scores = scoresOf(call, arg(call, 0));
  const there = [...new Set(gone)].filter((member) => scores[member] !== undefined);
  for (const member of there) delete scores[member];
  if (there.length > 0) store(call, arg(call, 0), Object.entries(scores));
  return there.length;
}

function rank(call: Call, reverse: boolean): Reply {
  const option = call.args[2]?.toUpperCase();
  if (call.args.length > 3 || (option !== undefined && option !== "WITHSCORE")) fail(SYNTAX);
  const all = ordered(scoresOf(call, arg(call, 0)));
  const place = (reverse ? all.reverse() : all).findIndex(([member]) => member === arg(call, 1));
  const found = all[place];
  if (!found) return null;
  return option ? [place, floatText(found[1])] : place;
}

/** Takes the first or last members away. */
function pop(call: Call, last: boolean): Reply {
  const RANGE = "ERR value is out of range, must be positive";
  const count = call.args.length === 1 ? 1 : integer(arg(call, 1), RANGE);
  if (count < 0) fail(RANGE);
  const all = ordered(scoresOf(call, arg(call, 0)));
  const taken = (last ? all.reverse() : all).slice(0, count);
  drop(
    call,
    taken.map(([member]) => member),
  );
  return shown(taken, true);
}

const ranged = (fixed: Parameters<typeof readSelection>[2], arity = -4): Commands[string] => ({
  arity,
  run: (call) => {
    const selection = readSelection(call, 1, fixed);
    return shown(select(ordered(scoresOf(call, arg(call, 0))), selection), selection.withScores);
  },
});

const counted = (test: typeof scoreTest): Commands[string] => ({
  arity: 4,
  run: (call) => {
    const wanted = test(arg(call, 1), arg(call, 2));
    return ordered(scoresOf(call, arg(call, 0))).filter(wanted).length;
  },
});

const removed = (kind: "rank" | "score" | "name"): Commands[string] => ({
  arity: 4,
  write: true,
  run: (call) => {
    const selection = readSelection(call, 1, { kind, reverse: false });
    return drop(
      call,
      select(ordered(scoresOf(call, arg(call, 0))), selection).map(([member]) => member),
    );
  },
});

type Join = (sets: readonly Scores[], gather: (scores: number[]) => number) => Scored[];

const scoresIn = (sets: readonly Scores[], member: string) =>
  sets.flatMap((scores) => (scores[member] === undefined ? [] : [scores[member]]));
const union: Join = (sets, gather) =>
  [...new Set(sets.flatMap((scores) => Object.keys(scores)))].map((member) => [member, gather(scoresIn(sets, member))]);
const intersection: Join = (sets, gather) =>
  union(sets, gather).filter(([member]) => sets.every((scores) => scores[member] !== undefined));
const difference: Join = ([first = {}, ...rest]) =>
  Object.entries(first).filter(([member]) => rest.every((scores) => scores[member] === undefined));

const GATHER: Readonly<Record<string, (scores: number[]) => number>> = {
  SUM: (scores) => scores.reduce((a, b) => (Number.isNaN(a + b) ? 0 : a + b), 0),
  MIN: (scores) => Math.min(...scores),
  MAX: (scores) => Math.max(...scores),
};

/** `COUNT KEY... [WEIGHTS W...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]` from word `at` on. Plain sets count 1 for each member. */
function joined(call: Call, name: string, at: number, join: Join): { found: Scored[]; withScores: boolean } {
  const count = integer(arg(call, at));
  if (count < 1) fail(`ERR at least 1 input key is needed for '${name}' command`);
  const words = call.args.slice(at + 1);
  if (count > words.length) fail(SYNTAX);
  const keys = words.splice(0, count);
  let weights = keys.map(() => 1);
  let gather = GATHER.SUM;
  let withScores = false;
  for (let word = words.shift()?.toUpperCase(); word !== undefined; word = words.shift()?.toUpperCase()) {
    if (word === "WEIGHTS" && words.length >= count)
      weights = words.splice(0, count).map((weight) => float(weight, "ERR weight value is not a float"));
    else if (word === "AGGREGATE") gather = GATHER[words.shift()?.toUpperCase() ?? ""];
    else if (word === "WITHSCORES" && at === 0) withScores = true;
    else fail(SYNTAX);
  }
  const sets = keys.map((key, n) => weighed(call, key, weights[n] ?? 1));
  return { found: join(sets, gather ?? fail(SYNTAX)), withScores };
}

function weighed(call: Call, key: string, weight: number): Scores {
  const entry = call.server.keyspace.get(call.client.database, key);
  const members =
    entry?.type === "set" ? entry.members.map((member) => [member, 1] as const) : Object.entries(scoresOf(call, key));
  const scores = Object.create(null) as Scores;
  for (const [member, score] of members) scores[member] = Number.isNaN(score * weight) ? 0 : score * weight;
  return scores;
}

const combined = (name: string, join: Join): Commands => ({
  [name]: {
    arity: -3,
    run: (call) => {
      const { found, withScores } = joined(call, name, 0, join);
      return shown(ordered(Object.fromEntries(found)), withScores);
    },
  },
  [`${name}store`]: {
    arity: -4,
    write: true,
    run: (call) => {
      const { found } = joined(call, `${name}store`, 1, join);
      call.server.keyspace.delete(call.client.database, arg(call, 0));
      store(call, arg(call, 0), found);
      return found.length;
    },
  },
});

export const sortedSets: Commands = {
  zadd: { arity: -4, write: true, run: add },
  zincrby: {
    arity: 4,
    write: true,
    run: (call) => write(call, new Set(["INCR"]), [[arg(call, 2), float(arg(call, 1))]]),
  },
  zrem: { arity: -3, write: true, run: (call) => drop(call, call.args.slice(1)) },
  zcard: { arity: 2, run: (call) => Object.keys(scoresOf(call, arg(call, 0))).length },
  zscore: {
    arity: 3,
    run: (call) => {
      const score = scoresOf(call, arg(call, 0))[arg(call, 1)];
      return score === undefined ? null : floatText(score);
    },
  },
  zmscore: {
    arity: -3,
    run: (call) => {
      const scores = scoresOf(call, arg(call, 0));
      return call.args.slice(1).map((member) => (scores[member] === undefined ? null : floatText(scores[member])));
    },
  },
  zrank: { arity: -3, run: (call) => rank(call, false) },
  zrevrank: { arity: -3, run: (call) => rank(call, true) },
  zrange: ranged({}),
  zrevrange: ranged({ kind: "rank", reverse: true }),
  zrangebyscore: ranged({ kind: "score", reverse: false }),
  zrevrangebyscore: ranged({ kind: "score", reverse: true }),
  zrangebylex: ranged({ kind: "name", reverse: false }),
  zrevrangebylex: ranged({ kind: "name", reverse: true }),
  zcount: counted(scoreTest),
  zlexcount: counted(nameTest),
  zremrangebyrank: removed("rank"),
  zremrangebyscore: removed("score"),
  zremrangebylex: removed("name"),
  zpopmin: { arity: -2, write: true, run: (call) => pop(call, false) },
  zpopmax: { arity: -2, write: true, run: (call) => pop(call, true) },
  zscan: {
    arity: -3,
    run: (call) => {
      const scores = scoresOf(call, arg(call, 0));
      return scan(call, 1, Object.keys(scores), (member) => [member, floatText(scores[member] ?? 0)]);
    },
  },
  ...combined("zunion", union),
  ...combined("zinter", intersection),
  ...combined("zdiff", difference),
};
