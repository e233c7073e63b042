/** Writes values as Go's yaml.v3 does: two spaces, sorted keys, its choice of quotes, no line folding. */
import {
  goFloat,
  looksLikeBase60,
  looksLikeOldBool,
  looksLikeTime,
  resolvePlain,
  type YamlMap,
  type YamlValue,
} from "./yaml-scalars";

/** A map whose keys keep their order, as the fields of a Go struct do. */
export class Ordered {
  constructor(readonly entries: readonly (readonly [string, Writable])[]) {}
}

export type Writable = YamlValue | Ordered | Writable[] | Map<string, Writable>;

/** The whole document, with its last newline. */
export function writeYaml(value: Writable): string {
  return `${block(value, 0).replace(/^\n/, "")}\n`;
}

function block(value: Writable, indent: number): string {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return " []";
    return value.map((item) => `\n${pad}-${itemText(item, indent)}`).join("");
  }
  if (value instanceof Ordered || value instanceof Map) {
    const entries = value instanceof Ordered ? value.entries : sortedEntries(value);
    if (entries.length === 0) return " {}";
    return entries.map(([key, item]) => `\n${pad}${scalarText(key, true, indent)}:${block(item, indent + 2)}`).join("");
  }
  return ` ${scalar(value, indent)}`;
}

/** A list's item begins on the line of its dash. */
function itemText(item: Writable, indent: number): string {
  const text = block(item, indent + 2);
  return text.startsWith("\n") ? ` ${text.slice(indent + 3)}` : text;
}

function sortedEntries(map: Map<string, Writable>): [string, Writable][] {
  return [...map].sort(([a], [b]) => (keyBefore(a, b) ? -1 : keyBefore(b, a) ? 1 : 0));
}

function scalar(value: null | boolean | bigint | number | string, indent: number): string {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isFinite(value) ? goFloat(value) : infinite(value);
  return typeof value === "string" ? scalarText(value, false, indent) : String(value);
}

function infinite(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  return value > 0 ? ".inf" : "-.inf";
}

function scalarText(text: string, isKey: boolean, indent: number): string {
  const allowed = analyze(text);
  if (text.includes("\n") && !isKey && allowed.block) return literal(text, indent);
  const plainMeansText =
    typeof resolvePlain(text) === "string" && !looksLikeOldBool(text) && !looksLikeBase60(text) && !looksLikeTime(text);
  if (text.includes("\n") || !plainMeansText) return doubleQuoted(text);
  if (allowed.plain) return text;
  return allowed.single ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** Which styles can hold a text, by libyaml's rules. */
function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  if (text === "") return { plain: false, single: true, block: false };
  const special = [...text].some((char) => !printable(char) && char !== "\n" && char !== "\t");
  const spaceBreak = / [\n\u0085\u2028\u2029]/.test(text);
  const breakSpace = /[\n\u0085\u2028\u2029] /.test(text);
  const outerBlank = /^[ \n]|[ \n]$/.test(text);
  const indicators =
    /^(---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](\s|$)/.test(text) ||
    /:(\s|$)/.test(text) ||
    /\s#/.test(text);
  const noQuotes = spaceBreak || text.includes("\t") || special;
  return {
    plain: !outerBlank && !breakSpace && !noQuotes && !text.includes("\n") && !indicators,
    single: !breakSpace && !noQuotes,
    block: !text.endsWith(" ") && !spaceBreak && !special,
  };
}

/** libyaml knows the basic plane only: an emoji is written as an escape. */
function printable(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return code >= 0x20 && code < 0x7f;
  return code >= 0xa0 && code <= 0xfffd && code !== 0xfeff && !(code >= 0xd800 && code < 0xe000);
}

function literal(text: string, indent: number): string {
  const chomp = text.endsWith("\n") ? (/(^|\n)\n$/.test(text) ? "+" : "") : "-";
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const body = text.replace(/\n$/, "");
  const lines = body.split("\n").map((line) => (line === "" ? "" : `${" ".repeat(Math.max(indent, 2))}${line}`));
  return `|${hint}${chomp}\n${lines.join("\n")}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\u0085": "N",
  "\u00a0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

function doubleQuoted(text: string): string {
  const body = [...text].map((char) => {
    if (char !== "\u00a0" && ESCAPES[char] !== undefined) return `\\${ESCAPES[char]}`;
    if (printable(char)) return char;
    const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
    return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
  });
  return `"${body.join("")}"`;
}

const isDigit = (char: string | undefined) => char !== undefined && /\p{Nd}/u.test(char);
const isLetter = (char: string | undefined) => char !== undefined && /\p{L}/u.test(char);

/** yaml.v3's order of keys: numbers inside names compare as numbers. */
export function keyBefore(left: string, right: string): boolean {
  const a = [...left];
  const b = [...right];
  let digits = false;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const one = a[i] ?? "";
    const two = b[i] ?? "";
    if (one === two) {
      digits = isDigit(one);
      continue;
    }
    if (isLetter(one) && isLetter(two)) return one < two;
    if (isLetter(one) || isLetter(two)) return digits ? isLetter(one) : isLetter(two);
    return numbersBefore(a, b, i);
  }
  return a.length < b.length;
}

function numbersBefore(a: readonly string[], b: readonly string[], from: number): boolean {
  let lead = "";
  if (a[from] === "0" || b[from] === "0") {
    for (let j = from - 1; j >= 0 && isDigit(a[j]); j--) {
      if (a[j] === "0") continue;
      lead = "1";
      break;
    }
  }
  const run = (chars: readonly string[]) => /^\d*/.exec(chars.slice(from).join(""))?.[0] ?? "";
  const one = run(a);
  const two = run(b);
  const difference = BigInt(`0${lead}${one}`) - BigInt(`0${lead}${two}`);
  if (difference !== 0n) return difference < 0n;
  if (one.length !== two.length) return one.length < two.length;
  return (a[from] ?? "") < (b[from] ?? "");
}

export type { YamlMap };
