/** `--x-add` and `--x-rm` flags on lists and maps. Undefined where nothing is left. */
import type { Flags } from "../../flags";
import { keyValues } from "../each";

/** A list of words: removed, then added if absent, sorted when something was added. */
export function changeList(flags: Flags, name: string, current: string[] | undefined): string[] | undefined {
  const removed = new Set(flags.list(`${name}-rm`));
  const added = flags.list(`${name}-add`);
  if (removed.size === 0 && added.length === 0) return current;
  const all = [...new Set([...(current ?? []), ...added])].filter((value) => !removed.has(value)).sort();
  return all.length > 0 ? all : undefined;
}

/** `k=v` pairs. */
export function changeMap(
  flags: Flags,
  name: string,
  current: Record<string, string> | undefined,
): Record<string, string> | undefined {
  const added = flags.list(`${name}-add`);
  const removed = flags.list(`${name}-rm`);
  if (added.length === 0 && removed.length === 0) return current;
  const all = { ...current };
  for (const key of removed) delete all[key];
  const result = { ...all, ...keyValues(added) };
  return Object.keys(result).length > 0 ? result : undefined;
}

/** Things with a key of their own: an added one replaces, a removed one is named by its key. */
export function changeByKey<T>(
  flags: Flags,
  name: string,
  current: readonly T[] | undefined,
  parse: (value: string) => T,
  keyOf: (item: T) => string,
): T[] | undefined {
  const all = new Map((current ?? []).map((item) => [keyOf(item), item]));
  for (const key of flags.list(`${name}-rm`)) all.delete(key.split("=", 1)[0] ?? "");
  for (const item of flags.list(`${name}-add`).map(parse)) all.set(keyOf(item), item);
  return all.size > 0 ? [...all.values()] : undefined;
}
