/** Which `location` of a server answers a path. */
import { RE2JS } from "re2js";
import type { Directive } from "./nginx-config";

/** The block that answers a path. */
export interface Location {
  readonly prefix: string;
  readonly block: readonly Directive[];
}

/** nginx's order: exact, longest `^~`, regular expressions in turn, longest prefix. */
export function locate(server: readonly Directive[], path: string): Location | undefined {
  const all = server.filter((one) => one.name === "location");
  const exact = all.find((one) => one.args[0] === "=" && one.args[1] === path);
  if (exact) return { prefix: path, block: exact.block ?? [] };
  const prefixes = all
    .filter((one) => one.args.length === 1 || one.args[0] === "^~")
    .map((one) => ({ one, prefix: one.args.at(-1) ?? "/" }))
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const best = prefixes[0];
  if (best?.one.args[0] !== "^~") {
    const pattern = all.find(
      (one) => one.args[0]?.startsWith("~") && compile(one.args[1] ?? "", one.args[0] === "~*")?.test(path),
    );
    if (pattern) return { prefix: "", block: pattern.block ?? [] };
  }
  return best && { prefix: best.prefix, block: best.one.block ?? [] };
}

/**
 * A student's pattern must not hold up everybody: it runs on an engine that needs no more time than its text is long. What that
 * one does not know (looking around, back references) runs on JavaScript's where it repeats at most once.
 */
function compile(source: string, ignoreCase: boolean): { test(text: string): boolean } | undefined {
  try {
    const regex = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { test: (text) => regex.matcher(text).find() };
  } catch {
    if ((source.match(/[+*{]/g)?.length ?? 0) > 1) return undefined;
  }
  try {
    return new RegExp(source, ignoreCase ? "i" : "");
  } catch {
    return undefined;
  }
}

/** The path a request asks for, decoded and without `.` and `..`; undefined when it leads above the root. */
export function pathOf(path: string): string | undefined {
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const parts: string[] = [];
  for (const part of plain.split("/")) {
    if (part === "..") {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return `/${parts.join("/")}${plain.endsWith("/") && parts.length > 0 ? "/" : ""}`;
}
