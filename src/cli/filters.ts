/** `--filter name=value` as the daemon wants it: a JSON map of maps. */

/** The `filters` query of these values; undefined when there are none. */
export function filtersQuery(values: readonly string[]): string | undefined {
  const map: Record<string, Record<string, boolean>> = {};
  for (const value of values) {
    if (value === "") continue;
    const at = value.indexOf("=");
    const key = value.slice(0, at).trim().toLowerCase();
    map[key] = { ...map[key], [value.slice(at + 1).trim()]: true };
  }
  return encodeFilters(map);
}

/** Keys sorted, as Go writes maps. */
export function encodeFilters(map: Readonly<Record<string, Record<string, boolean>>>): string | undefined {
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return undefined;
  const sorted = keys.map((key) => {
    const inner = Object.keys(map[key] ?? {}).sort();
    return [key, Object.fromEntries(inner.map((value) => [value, true]))] as const;
  });
  return JSON.stringify(Object.fromEntries(sorted));
}
