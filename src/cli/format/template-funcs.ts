/** The functions a template may call: Go's builtins and docker's own. */
import { goJson, goString, isRow, isTrue } from "./go-value";

export type TemplateFunction = (args: unknown[]) => unknown;

const text = (value: unknown) => goString(value);

function compare(a: unknown, b: unknown): number {
  if (typeof a !== typeof b) throw new Error("incompatible types for comparison");
  if (a === b) return 0;
  return (a as number | string) < (b as number | string) ? -1 : 1;
}

function index(args: unknown[]): unknown {
  let value = args[0];
  for (const key of args.slice(1)) {
    if (value === null || value === undefined) throw new Error("index of untyped nil");
    if (Array.isArray(value)) {
      if (typeof key !== "number") throw new Error(`cannot index slice/array with type ${typeof key}`);
      if (key < 0 || key >= value.length) throw new Error(`index out of range: ${key}`);
      value = value[key];
    } else if (typeof value === "string") {
      value = value.charCodeAt(Number(key));
    } else if (typeof value === "object") {
      value = Object.hasOwn(value, String(key)) ? (value as Record<string, unknown>)[String(key)] : "";
    } else {
      throw new Error(`can't index item of type ${typeof value}`);
    }
  }
  return value;
}

function length(value: unknown): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  if (value === null || value === undefined) return 0;
  throw new Error(`len of type ${typeof value === "number" ? "int" : typeof value}`);
}

/** fmt.Sprintf's common verbs. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const out = format.replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width, precision, verb) => {
      if (verb === "%") return "%";
      if (next >= args.length) return `%!${verb}(MISSING)`;
      let shown = formatVerb(verb, args[next++], precision === undefined ? undefined : Number(precision));
      if (flags.includes("+") && typeof args[next - 1] === "number" && !shown.startsWith("-")) shown = `+${shown}`;
      const columns = Number(width ?? 0);
      if (flags.includes("-")) return shown.padEnd(columns);
      return shown.padStart(columns, flags.includes("0") ? "0" : " ");
    },
  );
  return next < args.length
    ? `${out}%!(EXTRA ${args
        .slice(next)
        .map((a) => `${typeof a}=${text(a)}`)
        .join(", ")})`
    : out;
}

function formatVerb(verb: string, value: unknown, precision: number | undefined): string {
  if (verb === "q") return JSON.stringify(text(value));
  if (verb === "f") return Number(value).toFixed(precision ?? 6);
  if (verb === "x" && typeof value === "number") return value.toString(16);
  if (verb === "x")
    return [...new TextEncoder().encode(text(value))].map((b) => b.toString(16).padStart(2, "0")).join("");
  if (verb === "d" && typeof value !== "number") return `%!d(${typeof value}=${text(value)})`;
  if (verb === "s" && typeof value === "number") return `%!s(int=${value})`;
  const shown = text(value);
  return precision !== undefined && verb === "s" ? [...shown].slice(0, precision).join("") : shown;
}

/** fmt.Sprint: blanks between operands when neither is a string. */
function sprint(args: unknown[]): string {
  return args
    .map((arg, i) =>
      i > 0 && typeof arg !== "string" && typeof args[i - 1] !== "string" ? ` ${text(arg)}` : text(arg),
    )
    .join("");
}

function pad(args: unknown[]): string {
  const [value, before, after] = args;
  if (value === "") return "";
  return " ".repeat(Number(before)) + text(value) + " ".repeat(Number(after));
}

/** strings.Title: every word's first letter. */
function title(value: string): string {
  return value.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  json: ([value]) => goJson(value, isRow(value)),
  split: ([value, separator]) => text(value).split(text(separator)),
  join: ([list, separator]) => (Array.isArray(list) ? list.map(text).join(text(separator)) : ""),
  title: ([value]) => title(text(value)),
  lower: ([value]) => text(value).toLowerCase(),
  upper: ([value]) => text(value).toUpperCase(),
  pad,
  truncate: ([value, count]) => text(value).slice(0, Number(count)),
  println: (args) => `${args.map(text).join(" ")}\n`,
  print: sprint,
  printf: ([format, ...rest]) => sprintf(text(format), rest),
  index,
  len: ([value]) => length(value),
  not: ([value]) => !isTrue(value),
  and: (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1),
  or: (args) => args.find(isTrue) ?? args.at(-1),
  eq: ([first, ...others]) => others.some((other) => compare(first, other) === 0),
  ne: ([a, b]) => compare(a, b) !== 0,
  lt: ([a, b]) => compare(a, b) < 0,
  le: ([a, b]) => compare(a, b) <= 0,
  gt: ([a, b]) => compare(a, b) > 0,
  ge: ([a, b]) => compare(a, b) >= 0,
  slice: ([value, from = 0, to]) =>
    (value as string | unknown[]).slice(Number(from), to === undefined ? undefined : Number(to)),
  html: ([value]) =>
    text(value).replace(
      /[&<>"']/g,
      (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" })[char] ?? char,
    ),
  js: ([value]) => text(value).replace(/["'\\]/g, (char) => `\\${char}`),
  urlquery: ([value]) => encodeURIComponent(text(value)).replaceAll("%20", "+"),
};
