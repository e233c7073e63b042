/**
 * Regular expressions that students write. JavaScript's own engine needs exponential time for some of them and would hold up
 * everybody; RE2's never does. Simple ones, which are nearly all, run on JavaScript's, which is faster.
 */
import { RE2JS } from "re2js";

/** One match: where, what, and its groups, the whole one first. */
export interface Found {
  readonly index: number;
  readonly groups: readonly (string | undefined)[];
}

export interface RegexOptions {
  readonly ignoreCase?: boolean;
  /** POSIX: of several ways to match from the same place, the longest. Otherwise the first alternative that fits. */
  readonly longest?: boolean;
}

export interface Regex {
  test(text: string): boolean;
  /** The first match from a place on. */
  find(text: string, from?: number): Found | undefined;
}

/** The expression (JavaScript's syntax). Throws SyntaxError for one that is none, or that no engine does in bounded time. */
export function compileRegex(source: string, options: RegexOptions = {}): Regex {
  const plain = source.replace(/\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]/g, "x");
  const repeats = plain.match(/[*+]|\{\d*,\}/g)?.length ?? 0;
  const foreign = /\\[1-9]|\(\?[=!<]/.test(plain); // what RE2 has not: back references, looking around
  const nested = /\)(?:[*+]|\{\d*,)/.test(plain);
  if (foreign && nested) throw new SyntaxError("too complex");
  const simple = repeats <= 1 && !nested && !(options.longest && plain.includes("|"));
  return foreign || simple ? native(source, options) : linear(source, options);
}

/** Every match, one after the other; empty ones advance by a character. */
export function* allMatches(regex: Regex, text: string): Generator<Found> {
  for (let at = 0; at <= text.length; ) {
    const found = regex.find(text, at);
    if (!found) return;
    yield found;
    const length = found.groups[0]?.length ?? 0;
    at = found.index + Math.max(1, length);
  }
}

/** The text with its matches (or the first one alone) replaced. */
export function replaceMatches(regex: Regex, text: string, by: (match: string) => string, all = true): string {
  let out = "";
  let at = 0;
  for (const { index, groups } of allMatches(regex, text)) {
    const match = groups[0] ?? "";
    out += text.slice(at, index) + by(match);
    at = index + match.length;
    if (!all) break;
  }
  return out + text.slice(at);
}

function native(source: string, { ignoreCase }: RegexOptions): Regex {
  const regex = new RegExp(source, ignoreCase ? "gi" : "g");
  const find = (text: string, from = 0): Found | undefined => {
    regex.lastIndex = from;
    const match = regex.exec(text);
    return match ? { index: match.index, groups: [...match] } : undefined;
  };
  return { find, test: (text) => find(text) !== undefined };
}

function linear(source: string, { ignoreCase, longest }: RegexOptions): Regex {
  const flags = (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (longest ? RE2JS.LONGEST_MATCH : 0);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, flags);
  } catch (error) {
    throw new SyntaxError((error as Error).message);
  }
  return {
    test: (text) => compiled.matcher(text).find(),
    find: (text, from = 0) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find(from)) return undefined;
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
      return { index: matcher.start(), groups };
    },
  };
}
