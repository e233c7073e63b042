/**
 * Python 2 source for a Python 3 compiler: print statements, `except E, e`, `raise E, "text"`, backquotes, octal and long
 * literals, `<>`, and the methods and modules that were renamed. Works on tokens, so strings and comments are left alone;
 * line numbers stay.
 */

interface Token {
  readonly kind: "space" | "comment" | "string" | "name" | "number" | "op" | "newline";
  text: string;
}

const STRING = /^(?:[uUbBrR]{0,2})("""|'''|"|')/;

/** Translates a module's text. */
export function fromPython2(source: string): string {
  if (/^from __future__ import .*print_function/m.test(source)) return rewrite(source, false);
  return rewrite(source, true);
}

function rewrite(source: string, statement: boolean): string {
  const tokens = tokenize(source);
  for (const token of tokens) simple(token);
  return logicalLines(tokens)
    .flatMap((line) => (statement ? printStatement(clauses(line)) : clauses(line)))
    .map((token) => token.text)
    .join("");
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token["kind"], length: number) => {
    tokens.push({ kind, text: source.slice(at, at + length) });
    at += length;
  };
  while (at < source.length) {
    const rest = source.slice(at, at + 400);
    const quote = STRING.exec(rest);
    if (quote) push("string", stringLength(source, at, quote));
    else if (rest.startsWith("#")) push("comment", (/^#[^\n]*/.exec(source.slice(at)) ?? [""])[0].length);
    else if (rest.startsWith("\\\n")) push("space", 2);
    else if (rest[0] === "\n") push("newline", 1);
    else if (/^[ \t\r\f]/.test(rest)) push("space", (/^[ \t\r\f]+/.exec(rest) ?? [" "])[0].length);
    else if (/^[A-Za-z_]/.test(rest)) push("name", (/^\w+/.exec(rest) ?? [""])[0].length);
    else if (/^\d/.test(rest)) push("number", (/^[\w.]+/.exec(rest) ?? [""])[0].length);
    else push("op", /^(<>|\*\*=?|\/\/=?|>>=?|<<=?|[=!<>+\-*/%&|^]=)/.exec(rest)?.[0].length ?? 1);
  }
  return tokens;
}

function stringLength(source: string, at: number, opening: RegExpExecArray): number {
  const mark = opening[1] ?? '"';
  let i = at + opening[0].length;
  while (i < source.length && !source.startsWith(mark, i)) {
    if (mark.length === 1 && source[i] === "\n") break;
    i += source[i] === "\\" ? 2 : 1;
  }
  return i + mark.length - at;
}

function simple(token: Token): void {
  if (token.kind === "number")
    token.text = token.text
      .replace(/^0(\d+)[lL]?$/, "0o$1")
      .replace(/[lL]$/, "")
      .replace(/^0o0*$/, "0");
  if (token.kind === "op" && token.text === "<>") token.text = "!=";
  if (token.kind === "string") token.text = token.text.replace(/^[uU](?=["'rR])/, "");
  if (token.kind === "name")
    token.text =
      { iteritems: "items", itervalues: "values", iterkeys: "keys", urllib2: "urllib.request" }[token.text] ??
      token.text;
}

/** Lines with their brackets closed; a `;` or a `:` that opens a suite on the same line also ends one. */
function logicalLines(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [];
  let line: Token[] = [];
  let depth = 0;
  let suite = false;
  for (const token of tokens) {
    line.push(token);
    if (token.kind === "op" && "([{".includes(token.text)) depth++;
    if (token.kind === "op" && ")]}".includes(token.text)) depth--;
    if (token.kind === "name" && line.filter(solid).length === 1) {
      suite = /^(if|elif|else|for|while|try|except|finally|with)$/.test(token.text);
    }
    const ends =
      token.kind === "newline" || (token.kind === "op" && (token.text === ";" || (suite && token.text === ":")));
    if (depth === 0 && ends) {
      lines.push(line);
      line = [];
      suite = false;
    }
  }
  return line.length > 0 ? [...lines, line] : lines;
}

const solid = (token: Token) => token.kind !== "space" && token.kind !== "comment" && token.kind !== "newline";

/** `except E, e:` and `raise E, value`. */
function clauses(line: Token[]): Token[] {
  const first = line.findIndex(solid);
  const word = line[first]?.text;
  if (word !== "except" && word !== "raise") return line;
  let depth = 0;
  for (let i = first + 1; i < line.length; i++) {
    const token = line[i] as Token;
    if (token.kind === "op" && "([{".includes(token.text)) depth++;
    if (token.kind === "op" && ")]}".includes(token.text)) depth--;
    if (depth !== 0 || token.kind !== "op" || token.text !== ",") continue;
    if (word === "except") {
      token.text = " as";
      return line;
    }
    const end = lastSolid(line);
    token.text = "(";
    line.splice(end + 1, 0, { kind: "op", text: ")" });
    return line;
  }
  return line;
}

function printStatement(line: Token[]): Token[] {
  const first = line.findIndex(solid);
  if (line[first]?.text !== "print" || line[first]?.kind !== "name") return line;
  const end = lastSolid(line);
  const next = line.findIndex((token, i) => i > first && solid(token));
  if (next < 0 || next > end) {
    if (next < 0 || line[next]?.text === ";") line[first] = { kind: "name", text: "print()" };
    return line;
  }
  if (line[next]?.text === "=" || line[next]?.text === ".") return line;
  const body = line.slice(next, end + 1);
  const more: string[] = [];
  if (body[0]?.text === ">>") {
    const comma = topComma(body);
    const target = body.slice(1, comma < 0 ? body.length : comma);
    body.splice(0, comma < 0 ? body.length : comma + 1);
    more.push(
      `file=${target
        .map((token) => token.text)
        .join("")
        .trim()}`,
    );
  }
  if (body.at(-1)?.text === ",") {
    body.pop();
    more.push('end=" "');
  } else if (more.length === 0 && isCall(body)) {
    return line;
  }
  const args = [
    body
      .map((token) => token.text)
      .join("")
      .trim(),
    ...more,
  ].filter((text) => text !== "");
  return [...line.slice(0, first), { kind: "name", text: `print(${args.join(", ")})` }, ...line.slice(end + 1)];
}

/** `print("x")` is the same in both; `print("a", "b")` prints a tuple in Python 2. */
function isCall(body: readonly Token[]): boolean {
  if (body[0]?.text !== "(") return false;
  let depth = 0;
  let commas = 0;
  for (let i = 0; i < body.length; i++) {
    const token = body[i] as Token;
    if (token.kind === "op" && "([{".includes(token.text)) depth++;
    if (token.kind === "op" && token.text === "," && depth === 1) commas++;
    if (token.kind === "op" && ")]}".includes(token.text) && --depth === 0)
      return i === body.length - 1 && commas === 0;
  }
  return false;
}

function topComma(body: readonly Token[]): number {
  let depth = 0;
  return body.findIndex((token) => {
    if (token.kind === "op" && "([{".includes(token.text)) depth++;
    if (token.kind === "op" && ")]}".includes(token.text)) depth--;
    return depth === 0 && token.text === ",";
  });
}

function lastSolid(line: readonly Token[]): number {
  for (let i = line.length - 1; i >= 0; i--) {
    const token = line[i] as Token;
    if (solid(token) && token.text !== ";") return i;
  }
  return -1;
}
