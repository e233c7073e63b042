/** A loaded Compose file as `docker stack config` prints it. */
import { formatDuration } from "../parse/duration";
import { FILE_OBJECT, type Field, NETWORK, SERVICE, type Struct, VOLUME } from "./model";
import type { Config, External, Ulimit } from "./types";
import { Ordered, type Writable, writeYaml } from "./yaml-write";

export function printConfig(config: Config): string {
  const sections: [string, Map<string, object>, Struct][] = [
    ["services", config.services, SERVICE],
    ["networks", config.networks, NETWORK],
    ["volumes", config.volumes, VOLUME],
    ["secrets", config.secrets, FILE_OBJECT],
    ["configs", config.configs, FILE_OBJECT],
  ];
  const entries: [string, Writable][] = [["version", config.version]];
  for (const [name, objects, struct] of sections) {
    if (objects.size === 0 && name !== "services") continue;
    entries.push([name, new Map([...objects].map(([key, value]) => [key, withExtras(struct, value)]))]);
  }
  return writeYaml(new Ordered([...entries, ...sortedExtras(config.extras)]));
}

type Values = { readonly [key: string]: unknown };

function withExtras(struct: Struct, value: object): Ordered {
  const { extras } = value as { extras?: Map<string, Writable> };
  const known = new Set(Object.keys(struct));
  const own = sortedExtras(extras ?? new Map()).filter(([key]) => !known.has(key));
  return new Ordered([...structOf(struct, value as Values).entries, ...own]);
}

function sortedExtras(extras: Map<string, Writable>): [string, Writable][] {
  return [...extras].sort(([a], [b]) => (a < b ? -1 : 1));
}

function structOf(struct: Struct, values: Values): Ordered {
  const entries: [string, Writable][] = [];
  for (const [key, field] of Object.entries(struct)) {
    const value = values[key];
    if (value === undefined) continue;
    const shown = fieldOf(field, value);
    if (shown !== undefined) entries.push([key, shown]);
  }
  return new Ordered(entries);
}

/** Undefined for what Go leaves out as empty. */
function fieldOf(field: Field, value: unknown): Writable | undefined {
  const fields = field.fields ?? {};
  switch (field.kind) {
    case "struct": {
      const inner = structOf(fields, value as Values);
      return inner.entries.length > 0 ? inner : undefined;
    }
    case "optional":
      return structOf(fields, value as Values);
    case "list":
    case "ports":
    case "volumes": {
      const items = (value as Values[]).map((item) => structOf(fields, item));
      return items.length > 0 ? items : undefined;
    }
    case "map":
    case "ulimits":
      return mapOf(fields, value as Map<string, Values | null>);
    case "duration":
      return formatDuration(value as number);
    case "bytes":
      return value === 0 ? undefined : String(value);
    case "count":
      return BigInt(value as number);
    case "integer":
      return value === 0 ? undefined : BigInt(value as number);
    case "optionalBoolean":
      return value as boolean;
    case "external":
      return (value as External).external ? true : undefined;
    default:
      return isEmpty(value) ? undefined : (value as Writable);
  }
}

function mapOf(fields: Struct, map: Map<string, Values | Ulimit | null>): Writable | undefined {
  if (map.size === 0) return undefined;
  return new Map(
    [...map].map(([key, item]): [string, Writable] => {
      if (item === null) return [key, null];
      const { single } = item as Ulimit;
      return [key, single === undefined ? structOf(fields, item as Values) : BigInt(single)];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === "" || value === false || value === 0 || (value instanceof Map && value.size === 0);
}
