/** Glob patterns: as regular expressions, and as names found in the file system. */
import type { Files } from "../api/process";
import { compileRegex } from "./regex";

/** The regular expression source of a pattern in which `\x` is a literal x. `slash`: `*` and `?` match `/` too. */
export function globSource(pattern: string, slash: boolean, shortest = false): string {
  const any = slash ? "[\\s\\S]" : "[^/]";
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const extended = pattern[i + 1] === "(" && "@?*+!".includes(c) ? closing(pattern, i + 1) : -1;
    if (extended > 0) {
      const inner = pattern
        .slice(i + 2, extended)
        .split("|")
        .map((p) => globSource(p, slash))
        .join("|");
      out += c === "!" ? `(?!(?:${inner})$)${any}*` : `(?:${inner})${c === "@" ? "" : c}`;
      i = extended;
    } else if (c === "\\" && i + 1 < pattern.length) out += escapeRegex(pattern[++i] as string);
    else if (c === "*") out += shortest ? `${any}*?` : `${any}*`;
    else if (c === "?") out += any;
    else if (c === "[") {
      const set = bracket(pattern, i);
      if (set) {
        out += set.source;
        i = set.end;
      } else out += "\\[";
    } else out += escapeRegex(c);
  }
  return out;
}

function closing(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++;
    else if (pattern[i] === "(") depth++;
    else if (pattern[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

const CLASSES: Record<string, string> = {
  alpha: "a-zA-Z",
  digit: "0-9",
  alnum: "a-zA-Z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`{-~",
  xdigit: "0-9a-fA-F",
  cntrl: "\\x00-\\x1f",
  print: " -~",
  graph: "!-~",
};

/** Turns POSIX classes of a bracket's inside into what JavaScript knows. */
export function posixClasses(inside: string): string {
  return inside.replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all);
}

function bracket(pattern: string, at: number): { source: string; end: number } | undefined {
  let i = at + 1;
  const negated = pattern[i] === "!" || pattern[i] === "^";
  if (negated) i++;
  const from = i;
  if (pattern[i] === "]") i++;
  while (i < pattern.length && pattern[i] !== "]") {
    if (pattern.startsWith("[:", i)) i = Math.max(pattern.indexOf(":]", i), i) + 1;
    i++;
  }
  if (i >= pattern.length) return undefined;
  const inside = posixClasses(pattern.slice(from, i).replace(/\\(?![\]\\-])/g, "")).replace(/[\]](?!$)|^\]/g, "\\]");
  return { source: `[${negated ? "^" : ""}${inside.replace(/\[(?!:)/g, "\\[")}]`, end: i };
}

export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

export function matchGlob(pattern: string, text: string): boolean {
  return compileRegex(`^(?:${globSource(pattern, true)})$`).test(text);
}

export const hasGlob = (pattern: string): boolean => /(^|[^\\])(\\\\)*([*?[]|[@+!]\()/.test(pattern);
export const unescapeGlob = (pattern: string): string => pattern.replace(/\\([\s\S])/g, "$1");

/** The paths a pattern stands for, sorted; empty when none. */
export function expandGlob(files: Files, cwd: string, pattern: string): string[] {
  const absolute = pattern.startsWith("/");
  const pieces = pattern.split("/").filter((piece) => piece !== "");
  const folderOnly = pattern.endsWith("/");
  let found = [absolute ? "/" : ""];
  pieces.forEach((piece, i) => {
    const last = i === pieces.length - 1;
    found = found.flatMap((base) => step(files, cwd, base, piece, !last || folderOnly));
  });
  return folderOnly ? found.map((path) => `${path}/`) : found;
}

function step(files: Files, cwd: string, base: string, piece: string, folder: boolean): string[] {
  const full = (name: string) => (base === "" ? name : base.endsWith("/") ? base + name : `${base}/${name}`);
  const abs = (path: string) => (path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`);
  const here = base === "" ? cwd : abs(base);
  if (!hasGlob(piece)) {
    const path = full(unescapeGlob(piece));
    return files.exists(abs(path)) ? [path] : [];
  }
  let names: string[];
  try {
    names = files.readdir(here);
  } catch {
    return [];
  }
  const regex = compileRegex(`^(?:${globSource(piece, false)})$`);
  const hidden = piece.startsWith(".") || piece.startsWith("\\.");
  return names
    .filter((name) => (hidden || !name.startsWith(".")) && regex.test(name))
    .map(full)
    .filter((path) => !folder || (files.exists(abs(path)) && files.stat(abs(path)).type === "dir"));
}
