/** Go's `filepath.Match` for one path element. */
export function globPattern(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const ch = pattern[at] as string;
    if (ch === "*") source += "[^/]*";
    else if (ch === "?") source += "[^/]";
    else if (ch === "[") {
      const end = pattern.indexOf("]", at + 2);
      if (end < 0) return /$^/;
      const body = pattern
        .slice(at + 1, end)
        .replace(/\\/g, "\\\\")
        .replace(/\[/g, "\\[");
      source += `[${body}]`;
      at = end;
    } else source += (ch === "\\" ? (pattern[++at] ?? "\\") : ch).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "su");
}
