/** `${NAME:-default}` in a Compose file, with the casts that follow where a number or a truth value is expected. */
import { CliError, messageOf } from "../errors";
import { parseFloatValue } from "../parse/numbers";
import type { YamlMap, YamlValue } from "./yaml-scalars";

export type Lookup = (name: string) => string | undefined;

type Path = readonly string[];
type Cast = (text: string) => YamlValue;

/** A list's items in a path. */
const ITEM = "[]";

/** Replaces variables in all values of a file; keys and `version` stay. Throws docker's messages. */
export function interpolate(file: YamlMap, lookup: Lookup): YamlMap {
  const result: YamlMap = new Map();
  for (const [key, value] of file) result.set(key, key === "version" ? value : walk(value, [key], lookup));
  return result;
}

function walk(value: YamlValue, path: Path, lookup: Lookup): YamlValue {
  if (typeof value === "string") return replaceText(value, path, lookup);
  if (Array.isArray(value)) return value.map((item) => walk(item, [...path, ITEM], lookup));
  if (!(value instanceof Map)) return value;
  const result: YamlMap = new Map();
  for (const [key, item] of value) result.set(key, walk(item, [...path, key], lookup));
  return result;
}

function replaceText(text: string, path: Path, lookup: Lookup): YamlValue {
  let replaced: string;
  try {
    replaced = substitute(text, lookup);
  } catch (error) {
    throw new CliError(
      `invalid interpolation format for ${path.join(".")}: ${JSON.stringify(messageOf(error))}; you may need to escape any $ with another $`,
    );
  }
  const cast = replaced === text ? undefined : castFor(path);
  if (!cast) return replaced;
  try {
    return cast(replaced);
  } catch (error) {
    throw new CliError(
      `error while interpolating ${path.join(".")}: failed to cast to expected type: ${messageOf(error)}`,
    );
  }
}

const NAME = "[_a-z][_a-z0-9]*(?::?[-?][^}]*)?";
const PATTERN = new RegExp(`\\$(?:(?<escaped>\\$)|(?<named>${NAME})|\\{(?<braced>${NAME})\\}|(?<invalid>))`, "gi");

/** Throws an Error whose message is the wrong template. */
export function substitute(text: string, lookup: Lookup): string {
  return text.replace(PATTERN, (...found) => {
    const groups = found.at(-1) as Record<string, string | undefined>;
    if (groups.escaped !== undefined) return "$";
    const inner = groups.named ?? groups.braced;
    if (inner === undefined) throw new Error(text);
    return expand(inner, lookup);
  });
}

/** The separators are looked for in this order, anywhere in the text: `A:?need-x` is a default `x` of `A:?need`. */
function expand(inner: string, lookup: Lookup): string {
  const split = (separator: string) => {
    const at = inner.indexOf(separator);
    return at < 0 ? undefined : { name: inner.slice(0, at), rest: inner.slice(at + separator.length) };
  };
  const soft = split(":-");
  if (soft) return lookup(soft.name) || soft.rest;
  const hard = split("-");
  if (hard) return lookup(hard.name) ?? hard.rest;
  for (const [separator, emptyIsFine] of [
    [":?", false],
    ["?", true],
  ] as const) {
    const required = split(separator);
    if (!required) continue;
    const value = lookup(required.name);
    if (value === undefined || (value === "" && !emptyIsFine))
      throw new Error(`required variable ${required.name} is missing a value: ${required.rest}`);
    return value;
  }
  return lookup(inner) ?? "";
}

function castFor(path: Path): Cast | undefined {
  return CASTS.find(([pattern]) => matches(pattern.split("/"), path))?.[1];
}

function matches(pattern: Path, path: Path): boolean {
  return pattern.length === path.length && pattern.every((part, index) => part === "*" || part === path[index]);
}

function toInteger(text: string): YamlValue {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return BigInt(text.replace(/^\+/, ""));
}

function toBoolean(text: string): YamlValue {
  const lower = text.toLowerCase();
  if (["1", "true", "y", "yes", "on"].includes(lower)) return true;
  if (["0", "false", "n", "no", "off"].includes(lower)) return false;
  throw new Error(`invalid boolean: ${text}`);
}

const CASTS: readonly (readonly [string, Cast])[] = [
  ["services/*/configs/[]/mode", toInteger],
  ["services/*/secrets/[]/mode", toInteger],
  ["services/*/healthcheck/retries", toInteger],
  ["services/*/healthcheck/disable", toBoolean],
  ["services/*/deploy/replicas", toInteger],
  ["services/*/deploy/update_config/parallelism", toInteger],
  ["services/*/deploy/update_config/max_failure_ratio", parseFloatValue],
  ["services/*/deploy/rollback_config/parallelism", toInteger],
  ["services/*/deploy/rollback_config/max_failure_ratio", parseFloatValue],
  ["services/*/deploy/restart_policy/max_attempts", toInteger],
  ["services/*/deploy/placement/max_replicas_per_node", toInteger],
  ["services/*/ports/[]/target", toInteger],
  ["services/*/ports/[]/published", toInteger],
  ["services/*/ulimits/*", toInteger],
  ["services/*/ulimits/*/hard", toInteger],
  ["services/*/ulimits/*/soft", toInteger],
  ["services/*/privileged", toBoolean],
  ["services/*/read_only", toBoolean],
  ["services/*/stdin_open", toBoolean],
  ["services/*/tty", toBoolean],
  ["services/*/volumes/[]/read_only", toBoolean],
  ["services/*/volumes/[]/volume/nocopy", toBoolean],
  ["networks/*/external", toBoolean],
  ["networks/*/internal", toBoolean],
  ["networks/*/attachable", toBoolean],
  ["volumes/*/external", toBoolean],
  ["secrets/*/external", toBoolean],
  ["configs/*/external", toBoolean],
];
