/**
 * Parses flags as pflag does: long and short forms, `--x=v`, `-p80:80`, `-it`, `--`, flags among arguments or only
 * before them. Values are checked by type here and by the command's own checks; errors are pflag's.
 */
import type { FlagCheck } from "./command";
import { messageOf } from "./errors";
import { parseDecimal } from "./parse/decimal";
import { parseDuration } from "./parse/duration";
import { parseFloatValue, parseInteger } from "./parse/numbers";
import { ramInBytes } from "./parse/size";
import type { Flag } from "./spec";

/** A wrong flag; printed with the usage, exit code 125. */
export class FlagError extends Error {}

/** The values given on the command line, by flag name. */
export class Flags {
  constructor(
    private readonly table: readonly Flag[],
    private readonly given: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** Was it given at all? */
  changed(name: string): boolean {
    return this.given.has(name);
  }

  /** The last value given, or the flag's default, or the empty string. */
  string(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.table.find((flag) => flag.name === name)?.default ?? "";
  }

  bool(name: string): boolean {
    return /^(1|t|true)$/i.test(this.string(name));
  }

  int(name: string): number {
    return Number(this.string(name) || 0);
  }

  /** Nanoseconds. */
  duration(name: string): number {
    return parseDuration(this.string(name) || "0s");
  }

  bytes(name: string): number {
    const text = this.string(name);
    return text === "" ? 0 : ramInBytes(text);
  }

  /** All values in the order given; `strings` flags split at commas. */
  list(name: string): string[] {
    const values = [...(this.given.get(name) ?? [])];
    const type = this.table.find((flag) => flag.name === name)?.type;
    return type === "strings" || type === "ipNetSlice" ? values.flatMap((value) => value.split(",")) : values;
  }
}

export interface ParseResult {
  readonly flags: Flags;
  readonly args: string[];
  readonly help: "no" | "long" | "short";
  /** Deprecation notices in the order met. */
  readonly notices: string[];
}

export interface ParseOptions {
  readonly interspersed: boolean;
  readonly checks?: Readonly<Record<string, FlagCheck>>;
}

const HELP: Flag = { name: "help", type: "bool", usage: "Print usage" };

/** Splits words into flags and arguments. Throws FlagError. */
export function parseFlags(table: readonly Flag[], words: readonly string[], options: ParseOptions): ParseResult {
  const given = new Map<string, string[]>();
  const args: string[] = [];
  const notices: string[] = [];
  let help: ParseResult["help"] = "no";
  const all = table.some((flag) => flag.name === "help") ? table : [...table, HELP];

  const set = (flag: Flag, value: string) => {
    const kept = checkValue(flag, value, options.checks?.[flag.name]);
    if (flag.deprecated) notices.push(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`);
    if (flag.name === "help" && help === "no" && /^(1|t|true)$/i.test(value)) help = "long";
    const key = flag.storesAs ?? flag.name;
    given.set(key, [...(given.get(key) ?? []), kept]);
  };

  let index = 0;
  const next = () => words[index++];
  while (index < words.length) {
    const word = next() ?? "";
    if (word === "--") {
      args.push(...words.slice(index));
      break;
    }
    if (word.length < 2 || !word.startsWith("-")) {
      args.push(word);
      if (options.interspersed) continue;
      args.push(...words.slice(index));
      break;
    }
    if (word.startsWith("--")) {
      parseLong(word, all, next, set);
    } else if (parseShorts(word, all, next, set)) {
      help = "short";
      break;
    }
    if (help !== "no") break;
  }
  return { flags: new Flags(all, given), args, help, notices };
}

function parseLong(
  word: string,
  table: readonly Flag[],
  next: () => string | undefined,
  set: (flag: Flag, value: string) => void,
): void {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (name === "" || name.startsWith("-")) throw new FlagError(`bad flag syntax: ${word}`);
  const flag = table.find((candidate) => candidate.name === name);
  if (!flag) throw new FlagError(`unknown flag: --${name}`);
  const value = equals >= 0 ? word.slice(equals + 1) : flag.type === "bool" ? "true" : next();
  if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
  set(flag, value);
}

/** Returns true when `-h` asked for help. */
function parseShorts(
  word: string,
  table: readonly Flag[],
  next: () => string | undefined,
  set: (flag: Flag, value: string) => void,
): boolean {
  let rest = word.slice(1);
  while (rest !== "") {
    const letter = rest[0] ?? "";
    const flag = table.find((candidate) => candidate.short === letter);
    if (!flag) {
      if (letter === "h") return true;
      throw new FlagError(`unknown shorthand flag: '${letter}' in -${rest}`);
    }
    const tail = rest.slice(1);
    if (tail.startsWith("=")) {
      set(flag, tail.slice(1));
      return false;
    }
    if (flag.type === "bool") {
      set(flag, "true");
      rest = tail;
      continue;
    }
    if (tail !== "") {
      set(flag, tail);
      return false;
    }
    const value = next();
    if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${rest}`);
    set(flag, value);
    return false;
  }
  return false;
}

/** How a flag is called in pflag's messages. */
function shown(flag: Flag): string {
  return flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
}

function checkValue(flag: Flag, value: string, check: FlagCheck | undefined): string {
  try {
    (TYPE_CHECKS[flag.type] ?? (() => {}))(value);
    return check ? check(value) : value;
  } catch (error) {
    throw new FlagError(`invalid argument ${JSON.stringify(value)} for "${shown(flag)}" flag: ${messageOf(error)}`);
  }
}

const TYPE_CHECKS: Readonly<Record<string, (value: string) => void>> = {
  bool: (value) => {
    if (!/^(1|t|true|0|f|false)$/i.test(value))
      throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
  },
  int: (value) => parseInteger(value, true, 64),
  uint: (value) => parseInteger(value, false, 64),
  uint16: (value) => parseInteger(value, false, 16),
  uint32: (value) => parseInteger(value, false, 32),
  float: parseFloatValue,
  duration: parseDuration,
  bytes: ramInBytes,
  decimal: parseDecimal,
  filter: (value) => {
    if (value !== "" && !value.includes("=")) throw new Error("bad format of filter (expected name=value)");
  },
};
