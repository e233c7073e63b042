/** `cap_add` and `cap_drop` as the daemon keeps them: full names, sorted, adding before dropping. */

const ALL = "ALL";

export function effectiveCapabilities(add: readonly string[], drop: readonly string[]) {
  const added = names(add);
  const dropped = new Set([...names(drop)].filter((name) => !added.has(name)));
  return { add: [...added].sort(), drop: [...dropped].sort() };
}

function names(values: readonly string[]): Set<string> {
  const all = new Set(values.map(normalizeCapability));
  return all.has(ALL) ? new Set([ALL]) : all;
}

export function normalizeCapability(value: string): string {
  const name = value.trim().toUpperCase();
  if (name === ALL || name === "RESET") return name;
  return name.startsWith("CAP_") ? name : `CAP_${name}`;
}
