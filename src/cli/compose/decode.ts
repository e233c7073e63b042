/** Turns checked YAML into the typed form, short forms spelled out, by the table in `model.ts`. */
import { CliError, messageOf } from "../errors";
import { parseDuration } from "../parse/duration";
import { splitWords } from "../parse/shell-words";
import { ramInBytes } from "../parse/size";
import type { Field, Kind, Struct } from "./model";
import { parsePorts } from "./ports";
import type { External, Ulimit } from "./types";
import { parseVolumeSpec } from "./volume-spec";
import { goScalar, type YamlMap, type YamlValue } from "./yaml-scalars";

/** Told about what is odd but not wrong. */
export type Warn = (message: string) => void;

/** The fields of `struct` found in `source`. Throws `decoding failed ...`. */
export function decode<T>(struct: Struct, source: YamlValue, warn: Warn): T {
  return new Decoder(warn).struct(struct, source instanceof Map ? source : new Map(), "") as T;
}

const failed = (reason: string) => new CliError(`decoding failed due to the following error(s):\n\n${reason}`);

class Decoder {
  constructor(private readonly warn: Warn) {}

  struct(struct: Struct, source: YamlMap, path: string): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(struct)) {
      const value = source.get(key);
      if (value === undefined || (value === null && field.kind !== "map")) continue;
      result[key] = this.field(field, value, path === "" ? goName(key) : `${path}.${goName(key)}`);
    }
    return result;
  }

  private field(field: Field, value: YamlValue, path: string): unknown {
    const fields = field.fields ?? {};
    switch (field.kind) {
      case "struct":
      case "optional":
        return this.struct(fields, spelledOut(value, field.short), path);
      case "list":
        return asList(value).map((item, index) =>
          this.struct(fields, spelledOut(item, field.short), `${path}[${index}]`),
        );
      case "map":
        return this.namedStructs(fields, value, path);
      case "ports":
        return asList(value).flatMap((item) =>
          item instanceof Map
            ? [this.struct(fields, item, path)]
            : this.attempt(path, () => parsePorts(item, this.warn)),
        );
      case "volumes":
        return asList(value).map((item, index) => {
          const name = `${path}[${index}]`;
          if (item instanceof Map) return this.struct(fields, item, name);
          return this.attempt(name, () => parseVolumeSpec(String(item)));
        });
      case "ulimits":
        return new Map(
          [...entriesOf(value)].map(([key, item]): [string, Ulimit] => [
            key,
            item instanceof Map ? (this.struct(fields, item, path) as Ulimit) : { single: Number(item) },
          ]),
        );
      default:
        return this.attempt(path, () => scalar(field.kind, value, path));
    }
  }

  private namedStructs(fields: Struct, value: YamlValue, path: string): Map<string, unknown> {
    if (Array.isArray(value)) return new Map(value.map((name) => [String(name), null]));
    return new Map(
      [...entriesOf(value)].map(([key, item]) => [key, item instanceof Map ? this.struct(fields, item, path) : null]),
    );
  }

  private attempt<T>(path: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw failed(`error decoding '${path}': ${messageOf(error)}`);
    }
  }
}

/** The Go name of a field without an own tag is its name with a capital letter. */
function goName(key: string): string {
  return key.includes("_") || key === "memory" ? key : key.charAt(0).toUpperCase() + key.slice(1);
}

function spelledOut(value: YamlValue, short: string | undefined): YamlMap {
  if (value instanceof Map) return value;
  return new Map(short ? [[short, value]] : []);
}

const asList = (value: YamlValue): YamlValue[] => (Array.isArray(value) ? value : [value]);
const entriesOf = (value: YamlValue): YamlMap => (value instanceof Map ? value : new Map());
const text = (value: YamlValue) => (value === null ? "" : goScalar(value));

function scalar(kind: Kind, value: YamlValue, path: string): unknown {
  switch (kind) {
    case "string":
      if (typeof value === "string") return value;
      throw failed(
        `'${path}' expected type 'string', got unconvertible type '${typeof value === "bigint" ? "int" : "float64"}', value: '${text(value)}'`,
      );
    case "duration":
      return parseDuration(text(value));
    case "bytes":
      return typeof value === "string" ? ramInBytes(value) : Number(value);
    case "count":
    case "integer":
      return wholeNumber(kind, value, path);
    case "ratio":
      return Number(value);
    case "stringOrList":
    case "strings":
    case "scalars":
      return asList(value).map(text);
    case "labels":
    case "options":
      return new Map([...pairs(value, "=")].map(([key, item]) => [key, item ?? ""]));
    case "environment":
      return pairs(value, "=");
    case "hosts":
      return hosts(value);
    case "command":
      return typeof value === "string" ? splitWords(value) : asList(value).map(text);
    case "test":
      return typeof value === "string" ? ["CMD-SHELL", value] : asList(value).map(text);
    case "external":
      return externalOf(value);
    default:
      return value;
  }
}

function wholeNumber(kind: Kind, value: YamlValue, path: string): number {
  const number = Math.trunc(Number(value));
  if (kind === "count" && number < 0) throw failed(`cannot parse '${path}', ${number} overflows uint`);
  return number;
}

function pairs(value: YamlValue, separator: string): Map<string, string | null> {
  if (!Array.isArray(value))
    return new Map([...entriesOf(value)].map(([key, item]) => [key, item === null ? null : text(item)]));
  return new Map(
    value.map((item) => {
      const line = text(item);
      const at = line.indexOf(separator);
      return at < 0 ? [line, null] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** `name:address`, from `name:address`, `name=address` or a mapping. */
function hosts(value: YamlValue): string[] {
  const list = Array.isArray(value)
    ? value.map(text)
    : [...entriesOf(value)].map(([name, address]) => `${name}=${text(address)}`).sort();
  return list.map((line) => {
    const match = /^([^=:]*)[=:](.*)$/.exec(line);
    return match ? `${match[1]}:${(match[2] ?? "").replace(/^\[(.*)\]$/, "$1")}` : line;
  });
}

function externalOf(value: YamlValue): External {
  if (!(value instanceof Map)) return { external: value === true };
  const name = value.get("name");
  return { external: true, ...(typeof name === "string" && name !== "" ? { name } : {}) };
}
