/** From words to arguments: braces, tilde, parameters, substitutions, splitting, globs - in bash's order. */
import type { Files } from "../api/process";
import type { Param, Part, Word } from "./ast";
import { MAX_WORDS } from "./limits";
import { expandGlob, globSource, hasGlob, matchGlob, unescapeGlob } from "./patterns";
import { compileRegex, replaceMatches } from "./regex";
import type { Variables } from "./variables";

/** What expansion needs of the shell. */
export interface Surrounding {
  readonly vars: Variables;
  readonly params: readonly string[];
  readonly files: Files;
  readonly cwd: string;
  readonly bash: boolean;
  option(name: string): boolean;
  special(name: string): string | undefined;
  substitute(part: Part & { t: "cmd" }): Promise<string>;
  process(part: Part & { t: "proc" }): Promise<string>;
  arithmetic(text: string): bigint;
}

/** An expansion that ends the command (`${x:?}`, unbound variable). */
export class ExpansionError extends Error {}

/** A piece of a field: `quoted` is neither split nor globbed; `made` (by an expansion) may be split. */
interface Piece {
  readonly v: string;
  readonly quoted: boolean;
  readonly made: boolean;
}
type Field = Piece[];

export async function expandWords(words: readonly Word[], shell: Surrounding): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    for (const braced of shell.bash ? expandBraces(word) : [word]) {
      for (const text of await expandToFields(braced, shell)) out.push(text);
      if (out.length > MAX_WORDS) throw new ExpansionError("Argument list too long");
    }
  }
  return out;
}

async function expandToFields(word: Word, shell: Surrounding): Promise<string[]> {
  const fields = (await fieldsOf(tilde(word, shell), shell, false)).flatMap((f) =>
    split(f, shell.vars.get("IFS") ?? " \t\n"),
  );
  return fields.flatMap((field) => {
    const pattern = patternOf(field);
    if (!shell.option("noglob") && hasGlob(pattern)) {
      const found = expandGlob(shell.files, shell.cwd, pattern);
      if (found.length > 0) return found;
      if (shell.option("nullglob")) return [];
    }
    return [field.map((piece) => piece.v).join("")];
  });
}

/** One string: no splitting, no globs (assignments, here-documents, redirect targets). */
export async function expandString(word: Word, shell: Surrounding, inQuotes = false): Promise<string> {
  const fields = await fieldsOf(inQuotes ? word : tilde(word, shell), shell, inQuotes);
  return fields.map((field) => field.map((piece) => piece.v).join("")).join(" ");
}

/** As a pattern: quoted characters are escaped. */
export async function expandPattern(word: Word, shell: Surrounding): Promise<string> {
  return (await fieldsOf(tilde(word, shell), shell, false)).map(patternOf).join(" ");
}

/** As a regular expression (right of `=~`): quoted characters are literal. */
export async function expandRegex(word: Word, shell: Surrounding): Promise<string> {
  const fields = await fieldsOf(word, shell, false);
  return fields
    .map((f) => f.map((p) => (p.quoted ? p.v.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : p.v)).join(""))
    .join(" ");
}

function patternOf(field: Field): string {
  return field.map((p) => (p.quoted ? p.v.replace(/[*?[\]\\()|!@+-]/g, "\\$&") : p.v)).join("");
}

function tilde(word: Word, shell: Surrounding): Word {
  const first = word[0];
  if (first?.t !== "lit" || !first.v.startsWith("~")) return word;
  const match = /^~([\w+-]*)(?=\/|$|:)/.exec(first.v);
  if (!match || (first.v.length === match[0].length && word.length > 1)) return word;
  const home = { "": shell.vars.get("HOME") ?? "/root", root: "/root", "+": shell.cwd, "-": shell.vars.get("OLDPWD") }[
    match[1] ?? ""
  ];
  if (home === undefined) return word;
  return [{ t: "quoted", v: home }, { t: "lit", v: first.v.slice(match[0].length) }, ...word.slice(1)];
}

async function fieldsOf(word: Word, shell: Surrounding, quoted: boolean): Promise<Field[]> {
  const fields: Field[] = [[]];
  const add = (v: string, q: boolean, made: boolean) => (fields.at(-1) as Field).push({ v, quoted: q, made });
  for (const part of word) {
    switch (part.t) {
      case "lit":
        add(part.v, quoted, false);
        break;
      case "quoted":
        add(part.v, true, false);
        break;
      case "dq": {
        const inner = await fieldsOf(part.parts, shell, true);
        // "$@" without parameters is no field at all, unless something else is between the quotes.
        if (inner.length === 0) {
          if (word.length === 1) return [];
          break;
        }
        if (inner[0]?.length === 0) add("", true, false);
        appendFields(fields, inner);
        break;
      }
      case "param": {
        const inner = await parameter(part, shell, quoted);
        if (inner.length === 0 && quoted && word.length === 1) return [];
        appendFields(fields, inner);
        break;
      }
      case "cmd":
        add((await shell.substitute(part)).replace(/\n+$/, ""), quoted, true);
        break;
      case "proc":
        add(await shell.process(part), true, false);
        break;
      case "arith":
        add(String(shell.arithmetic(await expandString(part.expr, shell, true))), quoted, true);
        break;
      case "assign":
        break;
    }
  }
  return fields;
}

function appendFields(fields: Field[], more: readonly Field[]): void {
  more.forEach((field, i) => {
    if (i > 0) fields.push([]);
    (fields.at(-1) as Field).push(...field);
  });
}

/** Splits a field at IFS where an unquoted expansion made the text. */
function split(field: Field, ifs: string): Field[] {
  const out: Field[] = [];
  let current: Field | undefined;
  const blank = [...ifs].filter((c) => " \t\n".includes(c)).join("");
  for (const piece of field) {
    if (piece.quoted || !piece.made || ifs === "") {
      if (piece.v !== "" || piece.quoted) {
        current ??= [];
        current.push(piece);
      }
      continue;
    }
    let text = "";
    const end = () => {
      if (text) {
        current ??= [];
        current.push({ ...piece, v: text });
      }
      text = "";
    };
    for (let i = 0; i < piece.v.length; i++) {
      const c = piece.v[i] as string;
      if (!ifs.includes(c)) {
        text += c;
        continue;
      }
      end();
      if (!blank.includes(c)) current ??= [];
      if (current) out.push(current);
      current = undefined;
      if (blank.includes(c)) {
        // Blanks around one hard separator belong to it.
        while (i + 1 < piece.v.length && blank.includes(piece.v[i + 1] as string)) i++;
        const next = piece.v[i + 1];
        if (next !== undefined && ifs.includes(next)) {
          i++;
          while (i + 1 < piece.v.length && blank.includes(piece.v[i + 1] as string)) i++;
        }
      } else while (i + 1 < piece.v.length && blank.includes(piece.v[i + 1] as string)) i++;
    }
    end();
  }
  if (current) out.push(current);
  return out;
}

/** The fields of a parameter: several for `$@` and arrays, none when those are empty. */
async function parameter(part: Param, shell: Surrounding, quoted: boolean): Promise<Field[]> {
  const one = (v: string): Field[] => [[{ v, quoted, made: true }]];
  const index = part.index ? await indexText(part, shell) : undefined;
  const list = listOf(part, index, shell);
  if (part.keys) return many(shell.vars.keys(part.name), quoted, index === "*", shell);
  if (list) {
    if (part.length) return one(String(list.length));
    const values = await transformList(part, list, shell);
    if (values) return many(values, quoted, part.name === "*" || index === "*", shell);
    return valueOr(part, list.length > 0 ? list.join(" ") : undefined, shell, quoted, (text) =>
      text === undefined ? one("") : many(list, quoted, part.name === "*", shell),
    );
  }
  let value = lookUp(part.name, index, shell);
  if (part.indirect) value = value === undefined ? undefined : lookUp(...nameAndIndex(value), shell);
  if (part.length) return one(String([...(value ?? "")].length));
  if (
    value === undefined &&
    shell.option("nounset") &&
    !/^:?[-+=?]$/.test(part.op ?? "") &&
    !/^[@*]$/.test(part.name)
  ) {
    throw new ExpansionError(shell.bash ? `${part.name}: unbound variable` : `${part.name}: parameter not set`);
  }
  return valueOr(part, value, shell, quoted, one);
}

function nameAndIndex(text: string): [string, string | undefined] {
  const match = /^(\w+)\[(.+)\]$/.exec(text);
  return match ? [match[1] as string, match[2]] : [text, undefined];
}

function many(values: readonly string[], quoted: boolean, star: boolean, shell: Surrounding): Field[] {
  if (star && quoted) return [[{ v: values.join((shell.vars.get("IFS") ?? " ").slice(0, 1)), quoted, made: true }]];
  return values.map((v) => [{ v, quoted, made: true }]);
}

async function indexText(part: Param, shell: Surrounding): Promise<string> {
  const text = await expandString(part.index ?? [], shell, true);
  const plain = text.replace(/^(["'])(.*)\1$/, "$2");
  if (plain === "@" || plain === "*" || shell.vars.find(part.name)?.associative) return plain;
  return String(shell.arithmetic(plain));
}

function listOf(part: Param, index: string | undefined, shell: Surrounding): readonly string[] | undefined {
  if (part.name === "@" || part.name === "*") return shell.params;
  if (index === "@" || index === "*") return shell.vars.values(part.name);
  return undefined;
}

function lookUp(name: string, index: string | undefined, shell: Surrounding): string | undefined {
  if (index !== undefined) return shell.vars.item(name, index);
  if (/^\d+$/.test(name)) return name === "0" ? shell.special("0") : shell.params[Number(name) - 1];
  return shell.special(name) ?? shell.vars.get(name);
}

async function transformList(
  part: Param,
  list: readonly string[],
  shell: Surrounding,
): Promise<readonly string[] | undefined> {
  if (!part.op) return list;
  if (/^:?[-+=?]$/.test(part.op)) return undefined;
  if (part.op === ":") {
    const from = shell.arithmetic(await expandString(part.arg ?? [], shell, true));
    const count = part.arg2 ? shell.arithmetic(await expandString(part.arg2, shell, true)) : undefined;
    const all = part.name === "@" || part.name === "*" ? [shell.special("0") ?? "", ...list] : list;
    const start = Number(from) < 0 ? all.length + Number(from) : Number(from);
    if (all !== list && start === 0 && count === undefined) return all;
    return all.slice(start, count === undefined ? undefined : start + Number(count));
  }
  return Promise.all(list.map((value) => transform(part, value, shell)));
}

async function valueOr(
  part: Param,
  value: string | undefined,
  shell: Surrounding,
  quoted: boolean,
  show: (text: string) => Field[],
): Promise<Field[]> {
  const op = part.op;
  if (!op) return show(value ?? "");
  if (!/^:?[-+=?]$/.test(op)) return show(await transform(part, value ?? "", shell));
  const missing = value === undefined || (op.startsWith(":") && value === "");
  const kind = op.at(-1);
  const arg = part.arg ?? [];
  if (kind === "+") return missing ? show("") : made(await fieldsOf(tilde(arg, shell), shell, quoted));
  if (!missing) return show(value as string);
  if (kind === "-") return made(await fieldsOf(tilde(arg, shell), shell, quoted));
  if (kind === "=") {
    const text = await expandString(arg, shell);
    shell.vars.set(part.name, text);
    return show(text);
  }
  const text = await expandString(arg, shell);
  throw new ExpansionError(
    `${part.name}: ${text || (op === ":?" ? "parameter null or not set" : "parameter not set")}`,
  );
}

/** Text written as a default is split like an expansion. */
function made(fields: readonly Field[]): Field[] {
  return fields.map((field) => field.map((piece) => ({ ...piece, made: !piece.quoted })));
}

async function transform(part: Param, value: string, shell: Surrounding): Promise<string> {
  const op = part.op as string;
  const arg = part.arg ?? [];
  if (op === ":") {
    const chars = [...value];
    const from = Number(shell.arithmetic(await expandString(arg, shell, true)));
    const start = from < 0 ? chars.length + from : from;
    if (start < 0) return "";
    if (!part.arg2) return chars.slice(start).join("");
    const count = Number(shell.arithmetic(await expandString(part.arg2, shell, true)));
    if (count < 0 && chars.length + count < start) throw new ExpansionError(`${count}: substring expression < 0`);
    return chars.slice(start, count < 0 ? chars.length + count : start + count).join("");
  }
  const pattern = await expandPattern(arg, shell);
  if (op === "#" || op === "##")
    return replaceMatches(compileRegex(`^(?:${globSource(pattern, true, op === "#")})`), value, () => "", false);
  if (op === "%") {
    // The shortest suffix: the last place from which the pattern reaches the end.
    const regex = compileRegex(`^(?:${globSource(pattern, true)})$`);
    for (let i = value.length; i >= 0; i--) if (regex.test(value.slice(i))) return value.slice(0, i);
    return value;
  }
  if (op === "%%") return replaceMatches(compileRegex(`(?:${globSource(pattern, true)})$`), value, () => "", false);
  if (op.startsWith("/")) {
    if (pattern === "") return value;
    const source = `${op === "/#" ? "^" : ""}(?:${globSource(pattern, true)})${op === "/%" ? "$" : ""}`;
    const replacement = part.arg2 ? await expandString(part.arg2, shell) : "";
    return replaceMatches(compileRegex(source), value, () => replacement, op === "//");
  }
  if (op === "@") return quoteAs(unescapeGlob(pattern), value);
  const matches = (c: string) => pattern === "" || matchGlob(pattern, c);
  const change = (c: string) => (matches(c) ? (op.startsWith("^") ? c.toUpperCase() : c.toLowerCase()) : c);
  return op.length === 2 ? [...value].map(change).join("") : change(value.slice(0, 1)) + value.slice(1);
}

function quoteAs(how: string, value: string): string {
  if (how === "Q") return `'${value.replaceAll("'", "'\\''")}'`;
  if (how === "U") return value.toUpperCase();
  if (how === "L") return value.toLowerCase();
  if (how === "u") return value.slice(0, 1).toUpperCase() + value.slice(1);
  return value;
}

/** Brace expansion: every word a word with braces stands for. */
export function expandBraces(word: Word): Word[] {
  for (let p = 0; p < word.length; p++) {
    const part = word[p] as Part;
    if (part.t !== "lit") continue;
    for (let open = part.v.indexOf("{"); open >= 0; open = part.v.indexOf("{", open + 1)) {
      const group = braceGroup(word, p, open);
      if (!group) continue;
      const before: Word = [...word.slice(0, p), { t: "lit", v: part.v.slice(0, open) }];
      return group.choices
        .flatMap((choice) => expandBraces(choice))
        .slice(0, MAX_WORDS)
        .flatMap((choice) => expandBraces(group.after).map((after) => clean([...before, ...choice, ...after])));
    }
  }
  return [word];
}

const clean = (word: Word): Word => word.filter((part) => part.t !== "lit" || part.v !== "");

function braceGroup(word: Word, p: number, open: number): { choices: Word[]; after: Word } | undefined {
  const choices: Part[][] = [[]];
  let depth = 0;
  let commas = 0;
  for (let q = p; q < word.length; q++) {
    const part = word[q] as Part;
    if (part.t !== "lit") {
      choices.at(-1)?.push(part);
      continue;
    }
    let text = "";
    const flush = () => {
      if (text) choices.at(-1)?.push({ t: "lit", v: text });
      text = "";
    };
    for (let i = q === p ? open + 1 : 0; i < part.v.length; i++) {
      const c = part.v[i] as string;
      if (c === "{") depth++;
      if (c === "," && depth === 0) {
        flush();
        choices.push([]);
        commas++;
        continue;
      }
      if (c === "}" && depth-- === 0) {
        flush();
        const after: Word = clean([{ t: "lit", v: part.v.slice(i + 1) }, ...word.slice(q + 1)]);
        if (commas > 0) return { choices, after };
        const range = rangeOf(choices[0] ?? []);
        return range ? { choices: range, after } : undefined;
      }
      text += c;
    }
    flush();
  }
  return undefined;
}

function rangeOf(word: Word): Word[] | undefined {
  const only = word.length === 1 ? word[0] : undefined;
  if (only?.t !== "lit") return undefined;
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(only.v);
  if (!match) return undefined;
  const [, a = "", b = "", by] = match;
  const letters = /[A-Za-z]/.test(a);
  if (letters !== /[A-Za-z]/.test(b)) return undefined;
  const from = letters ? a.charCodeAt(0) : Number(a);
  const to = letters ? b.charCodeAt(0) : Number(b);
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  const width = /^-?0\d/.test(a) || /^-?0\d/.test(b) ? Math.max(a.length, b.length) : 0;
  const out: Word[] = [];
  for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? step : -step) {
    const text = letters
      ? String.fromCharCode(n)
      : n < 0
        ? `-${String(-n).padStart(width - 1, "0")}`
        : String(n).padStart(width, "0");
    out.push([{ t: "lit", v: text }]);
    if (out.length > MAX_WORDS) break;
  }
  return out;
}
