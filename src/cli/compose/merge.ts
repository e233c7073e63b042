/** Merges Compose files: later ones win, lists of one kind grow, parts with a name of their own replace each other. */
import { type Field, SERVICE, type Struct } from "./model";
import type { Config, ServiceConfig } from "./types";

/** All files as one; the own top-level keys of later files are dropped. */
export function mergeConfigs(configs: readonly Config[]): Config {
  const [base, ...overlays] = configs as [Config, ...Config[]];
  for (const overlay of overlays) {
    for (const [name, service] of overlay.services) {
      const below = base.services.get(name);
      base.services.set(name, below ? mergeService(below, service) : service);
    }
    replaceWhole(base.networks, overlay.networks);
    replaceWhole(base.volumes, overlay.volumes);
    replaceWhole(base.secrets, overlay.secrets);
    replaceWhole(base.configs, overlay.configs);
  }
  return { ...base, services: new Map([...base.services].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function replaceWhole<T>(base: Map<string, T>, overlay: Map<string, T>): void {
  for (const [name, value] of overlay) base.set(name, value);
}

function mergeService(base: ServiceConfig, overlay: ServiceConfig): ServiceConfig {
  const merged = mergeStruct(SERVICE, { ...base }, { ...overlay }) as unknown as ServiceConfig;
  return { ...merged, extras: new Map([...(base.extras ?? []), ...(overlay.extras ?? [])]) };
}

type Fields = object & { readonly [key: string]: unknown };

function mergeStruct(struct: Struct, base: Fields, overlay: Fields): Fields {
  const result: Record<string, unknown> = { ...base };
  for (const [key, field] of Object.entries(struct)) {
    if (overlay[key] === undefined) continue;
    result[key] = base[key] === undefined ? overlay[key] : mergeField(key, field, base[key], overlay[key]);
  }
  return result;
}

function mergeField(key: string, field: Field, base: unknown, overlay: unknown): unknown {
  if (key === "logging") return mergeLogging(field, base as Logging, overlay as Logging);
  switch (field.kind) {
    case "struct":
    case "optional":
      return mergeStruct(field.fields ?? {}, base as Fields, overlay as Fields);
    case "count":
      return overlay;
    case "list":
    case "ports":
    case "volumes":
      return mergeLists(base as Fields[], overlay as Fields[], field.by);
    case "strings":
    case "stringOrList":
    case "scalars":
    case "hosts":
    case "test":
      return [...(base as string[]), ...(overlay as string[])];
    case "labels":
    case "options":
    case "environment":
    case "map":
    case "ulimits":
      return mergeMaps(base as Map<string, unknown>, overlay as Map<string, unknown>);
    default:
      return isEmpty(overlay) ? base : overlay;
  }
}

const isEmpty = (value: unknown) =>
  value === "" || value === false || value === 0 || (Array.isArray(value) && value.length === 0);

function mergeMaps(base: Map<string, unknown>, overlay: Map<string, unknown>): Map<string, unknown> {
  const result = new Map(base);
  for (const [name, value] of overlay) {
    if (!result.has(name) || !(value === null || value === "")) result.set(name, value);
  }
  return result;
}

/** Items that agree in `by` are one; the result is sorted by it. */
function mergeLists(base: readonly Fields[], overlay: readonly Fields[], by: string | undefined): Fields[] {
  if (by === undefined) return [...base, ...overlay];
  const keyOf = (item: Fields) => (item[by] ?? (by === "published" ? 0 : "")) as string | number;
  const items = new Map<string | number, Fields>();
  for (const item of [...base, ...overlay]) items.set(keyOf(item), item);
  return [...items].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
}

type Logging = Fields & { readonly driver?: string };

/** Options belong to their driver: another driver starts anew. */
function mergeLogging(field: Field, base: Logging, overlay: Logging): unknown {
  const sameDriver = !base.driver || !overlay.driver || base.driver === overlay.driver;
  return sameDriver ? mergeStruct(field.fields ?? {}, base, overlay) : overlay;
}
