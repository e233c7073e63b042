/**
 * What a command looks like from outside: its usage line, its flags and how many arguments it takes. The tables under
 * `options/` are made of these; `command.ts` adds behaviour, `help.ts` prints them, `flags.ts` parses by them.
 */

/** One flag. `type` is the word pflag shows after the name (`string`, `list`, `bytes`, ...) and decides how a value is read. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: string;
  readonly usage: string;
  readonly default?: string;
  /** Works, but is not in the help. */
  readonly hidden?: boolean;
  /** Printed when used: `Flag --time has been deprecated, TEXT`. */
  readonly deprecated?: string;
  /** Stores its value under another flag's name. */
  readonly storesAs?: string;
}

/** How many arguments a command takes; `kind` decides the words of the complaint. */
export interface ArgsRule {
  readonly kind: "any" | "none" | "exactly" | "atLeast" | "atMost" | "range";
  readonly min: number;
  readonly max: number;
}

export interface Spec {
  /** The command's own name and what follows it: `ls [OPTIONS]`. */
  readonly use: string;
  /** Further usage lines, as `cp` has. */
  readonly moreUsage?: readonly string[];
  readonly aliases?: readonly string[];
  /** The line under `Aliases:` in the help. */
  readonly alsoKnownAs?: string;
  readonly short: string;
  readonly long?: string;
  readonly args: ArgsRule;
  /** False when the first argument ends the flags (`docker run [OPTIONS] IMAGE [COMMAND]`). */
  readonly interspersed?: boolean;
  readonly flags: readonly Flag[];
}

export const any: ArgsRule = { kind: "any", min: 0, max: Number.POSITIVE_INFINITY };
export const none: ArgsRule = { kind: "none", min: 0, max: 0 };
export const exactly = (n: number): ArgsRule => ({ kind: "exactly", min: n, max: n });
export const atLeast = (n: number): ArgsRule => ({ kind: "atLeast", min: n, max: Number.POSITIVE_INFINITY });
export const atMost = (n: number): ArgsRule => ({ kind: "atMost", min: 0, max: n });
export const range = (min: number, max: number): ArgsRule => ({ kind: "range", min, max });

/** A flag written as in the help: `flag("-a, --all", "bool", "Show all containers")`. */
export function flag(names: string, type: string, usage: string, fallback?: string): Flag {
  const [first = "", second] = names.split(", ");
  const name = (second ?? first).slice(2);
  return {
    name,
    type,
    usage,
    ...(second ? { short: first.slice(1) } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

/** A flag that works without being in the help. */
export function hidden(base: Flag, more: Partial<Flag> = {}): Flag {
  return { ...base, ...more, hidden: true };
}

/** The complaint about a wrong number of arguments and its last line's first word; undefined when the number is right. */
export function argsComplaint(rule: ArgsRule, count: number): { text: string; see: string } | undefined {
  if (count >= rule.min && count <= rule.max) return undefined;
  const plural = (n: number) => `${n} ${n === 1 ? "argument" : "arguments"}`;
  switch (rule.kind) {
    case "none":
      return { text: "accepts no arguments", see: "Run" };
    case "exactly":
      return { text: `requires ${plural(rule.min)}`, see: "Run" };
    case "atLeast":
      return { text: `requires at least ${plural(rule.min)}`, see: "See" };
    case "atMost":
      // "SRun" is what docker 28.2.2 prints.
      return { text: `requires at most ${plural(rule.max)}`, see: "SRun" };
    default:
      return { text: `requires at least ${rule.min} and at most ${plural(rule.max)}`, see: "Run" };
  }
}
