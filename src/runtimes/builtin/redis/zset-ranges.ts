/** Which members of a sorted set a command means: by place, by score, or by name among equal scores (Redis `t_zset.c`). */
import { type Call, fail, float, integer, range, SYNTAX } from "./session";

/** A member and its score, in the set's order. */
export type Scored = readonly [member: string, score: number];

/** By score, and by bytes among equals. */
export const ordered = (scores: Readonly<Record<string, number>>): Scored[] =>
  Object.entries(scores).sort(([a, x], [b, y]) => x - y || (a < b ? -1 : a > b ? 1 : 0));

type Kind = "rank" | "score" | "name";

export interface Selection {
  readonly kind: Kind;
  readonly reverse: boolean;
  readonly from: string;
  readonly to: string;
  readonly offset: number;
  readonly count: number; // below zero: all
  readonly withScores: boolean;
}

/** Reads `FROM TO [BYSCORE|BYLEX] [REV] [LIMIT OFFSET COUNT] [WITHSCORES]` from word `at` on; what `fixed` says cannot be said again. */
export function readSelection(call: Call, at: number, fixed: { kind?: Kind; reverse?: boolean } = {}): Selection {
  const [from = "", to = "", ...words] = call.args.slice(at);
  let { kind, reverse } = fixed;
  let limit: readonly [number, number] | undefined;
  let withScores = false;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const option = word.toUpperCase();
    if (option === "WITHSCORES") withScores = true;
    else if (option === "LIMIT" && words.length > 1)
      limit = [integer(words.shift() ?? ""), integer(words.shift() ?? "")];
    else if (option === "BYSCORE" && kind === undefined) kind = "score";
    else if (option === "BYLEX" && kind === undefined) kind = "name";
    else if (option === "REV" && reverse === undefined) reverse = true;
    else fail(SYNTAX);
  }
  if (limit && (kind ?? "rank") === "rank")
    fail("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  if (withScores && kind === "name") fail("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  const [offset, count] = limit ?? [0, -1];
  return { kind: kind ?? "rank", reverse: reverse ?? false, from, to, offset, count, withScores };
}

/** The members a selection means, in the order it asks for. */
export function select(all: readonly Scored[], selection: Selection): readonly Scored[] {
  const { kind, reverse, from, to, offset, count } = selection;
  const inOrder = reverse ? all.toReversed() : all;
  if (kind === "rank") return inOrder.slice(...range(all.length, from, to));
  const [least, most] = reverse ? [to, from] : [from, to];
  const wanted = kind === "score" ? scoreTest(least, most) : nameTest(least, most);
  const found = inOrder.filter(wanted);
  if (offset < 0) return [];
  return found.slice(offset, count < 0 ? undefined : offset + count);
}

/** `1.5`, `(1.5` without its end, `-inf`. */
export function scoreTest(least: string, most: string): (one: Scored) => boolean {
  const bound = (text: string) => {
    const open = text.startsWith("(");
    return { open, value: float(open ? text.slice(1) : text, "ERR min or max is not a float") };
  };
  const low = bound(least);
  const high = bound(most);
  return ([, score]) =>
    (low.open ? score > low.value : score >= low.value) && (high.open ? score < high.value : score <= high.value);
}

/** `[a`, `(a` without its end, `-` and `+` for before and after all. */
export function nameTest(least: string, most: string): (one: Scored) => boolean {
  for (const text of [least, most]) if (!/^([-+]$|[[(])/.test(text)) fail("ERR min or max not valid string range item");
  const above = (name: string) =>
    least === "-" || (least !== "+" && (least.startsWith("(") ? name > least.slice(1) : name >= least.slice(1)));
  const below = (name: string) =>
    most === "+" || (most !== "-" && (most.startsWith("(") ? name < most.slice(1) : name <= most.slice(1)));
  return ([name]) => above(name) && below(name);
}
