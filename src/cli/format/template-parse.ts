/** Parses the part of Go's text/template that command-line users write. Errors carry Go's words, without a prefix. */

export type Node =
  | { kind: "text"; text: string }
  | { kind: "pipe"; pipe: Pipe }
  | { kind: "if" | "with" | "range"; pipe: Pipe; body: Node[]; otherwise: Node[] };

export interface Pipe {
  readonly declares: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type Operand =
  | { kind: "field"; path: string[]; at: number; source: string }
  | { kind: "variable"; name: string; path: string[]; at: number; source: string }
  | { kind: "literal"; value: unknown; source: string }
  | { kind: "function"; name: string; source: string }
  | { kind: "pipe"; pipe: Pipe; path: string[]; at: number; source: string };

export class TemplateSyntaxError extends Error {}

interface Token {
  readonly kind: "field" | "variable" | "string" | "number" | "word" | "symbol" | "space";
  readonly text: string;
  readonly at: number;
}

interface Action {
  readonly tokens: Token[];
}

type Piece = string | Action;

const TOKEN =
  /\s+|\$\w*(?:\.\w+)*|(?:\.\w+)+|\.|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)'|[+-]?\d+(?:\.\d+)?|\w+|:=|[|(),=]/y;

/** The tree of a template. `isFunction` tells which names exist. */
export function parseTemplate(source: string, isFunction: (name: string) => boolean): Node[] {
  const pieces = lex(source);
  const state = { index: 0 };
  const nodes = parseNodes(pieces, state, isFunction, 0);
  if (state.index < pieces.length) throw new TemplateSyntaxError("unexpected {{end}}");
  return nodes;
}

function lex(source: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = 0;
  let trimNext = false;
  while (rest <= source.length) {
    const open = source.indexOf("{{", rest);
    let text = open < 0 ? source.slice(rest) : source.slice(rest, open);
    if (trimNext) text = text.trimStart();
    trimNext = false;
    if (open < 0) {
      if (text) pieces.push(text);
      break;
    }
    let start = open + 2;
    if (/^-\s/.test(source.slice(start, start + 2))) {
      text = text.trimEnd();
      start += 1;
    }
    if (text) pieces.push(text);
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*(-?)\}\}/.exec(source.slice(start));
    if (comment) {
      rest = start + comment[0].length;
      trimNext = comment[1] === "-";
      continue;
    }
    const action = lexAction(source, start);
    pieces.push({ tokens: action.tokens });
    rest = action.end;
    trimNext = action.trim;
  }
  return pieces;
}

function lexAction(source: string, start: number): { tokens: Token[]; end: number; trim: boolean } {
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    const trimmed = /^\s-\}\}/.test(source.slice(at, at + 4));
    if (trimmed) return { tokens, end: at + 4, trim: true };
    if (source.startsWith("}}", at)) return { tokens, end: at + 2, trim: false };
    if (at >= source.length) throw new TemplateSyntaxError("unclosed action");
    TOKEN.lastIndex = at;
    const text = TOKEN.exec(source)?.[0];
    if (text === undefined) throw new TemplateSyntaxError(badCharacter(source, at));
    tokens.push({ kind: kindOf(text), text, at });
    at += text.length;
  }
}

function badCharacter(source: string, at: number): string {
  const char = source[at] ?? "";
  if (char === '"') return "unterminated quoted string";
  if (char === "`") return "unterminated raw quoted string";
  if (char === "'") return "unterminated character constant";
  if (char === "}") return `unexpected "}" in operand`;
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `unrecognized character in action: U+${code} '${char}'`;
}

function kindOf(text: string): Token["kind"] {
  if (/^\s/.test(text)) return "space";
  if (text.startsWith("$")) return "variable";
  if (text.startsWith(".")) return "field";
  if (/^["'`]/.test(text)) return "string";
  if (/^[+-]?\d/.test(text)) return "number";
  return /^\w/.test(text) ? "word" : "symbol";
}

interface Cursor {
  index: number;
}

function parseNodes(pieces: Piece[], cursor: Cursor, isFunction: (name: string) => boolean, depth: number): Node[] {
  const nodes: Node[] = [];
  while (cursor.index < pieces.length) {
    const piece = pieces[cursor.index];
    if (piece === undefined) break;
    if (typeof piece === "string") {
      nodes.push({ kind: "text", text: piece });
      cursor.index++;
      continue;
    }
    const tokens = piece.tokens;
    const word = tokens.find((token) => token.kind !== "space");
    if (word?.kind === "word" && (word.text === "end" || word.text === "else")) {
      if (depth === 0) throw new TemplateSyntaxError(`unexpected {{${word.text}}}`);
      return nodes;
    }
    cursor.index++;
    if (word?.kind === "word" && /^(if|with|range)$/.test(word.text)) {
      const kind = word.text as "if" | "with" | "range";
      nodes.push(parseBlock(kind, tokens.slice(tokens.indexOf(word) + 1), pieces, cursor, isFunction, depth));
    } else {
      nodes.push({ kind: "pipe", pipe: parsePipe(tokens, isFunction, "command") });
    }
  }
  if (depth > 0) throw new TemplateSyntaxError("unexpected EOF");
  return nodes;
}

function parseBlock(
  kind: "if" | "with" | "range",
  tokens: Token[],
  pieces: Piece[],
  cursor: Cursor,
  isFunction: (name: string) => boolean,
  depth: number,
): Node {
  const pipe = parsePipe(tokens, isFunction, kind);
  const body = parseNodes(pieces, cursor, isFunction, depth + 1);
  const closing = (pieces[cursor.index++] as Action).tokens.filter((token) => token.kind !== "space");
  if (closing[0]?.text === "end") return { kind, pipe, body, otherwise: [] };
  if (closing.length > 1) {
    const nested = parseBlock(kind, closing.slice(2), pieces, cursor, isFunction, depth);
    return { kind, pipe, body, otherwise: [nested] };
  }
  const otherwise = parseNodes(pieces, cursor, isFunction, depth + 1);
  cursor.index++;
  return { kind, pipe, body, otherwise };
}

function parsePipe(tokens: Token[], isFunction: (name: string) => boolean, context: string): Pipe {
  const solid = tokens.filter((token) => token.kind !== "space");
  if (solid.length === 0) throw new TemplateSyntaxError(`missing value for ${context}`);
  const assign = solid.findIndex((token) => token.text === ":=" || token.text === "=");
  const declares =
    assign > 0
      ? solid
          .slice(0, assign)
          .filter((t) => t.kind === "variable")
          .map((t) => t.text)
      : [];
  const skip = assign > 0 ? tokens.indexOf(solid[assign] as Token) + 1 : 0;
  const cursor = { index: skip };
  const commands = parseCommands(tokens, cursor, isFunction, context);
  if (cursor.index < tokens.length) {
    throw new TemplateSyntaxError(`unexpected ${JSON.stringify(tokens[cursor.index]?.text ?? "")} in ${context}`);
  }
  return { declares, assigns: solid[assign]?.text === "=", commands };
}

function parseCommands(
  tokens: Token[],
  cursor: Cursor,
  isFunction: (name: string) => boolean,
  context: string,
): Operand[][] {
  const commands: Operand[][] = [[]];
  while (cursor.index < tokens.length) {
    const token = tokens[cursor.index] as Token;
    if (token.text === ")") break;
    cursor.index++;
    if (token.kind === "space") continue;
    if (token.text === "|") {
      if (commands.at(-1)?.length === 0) throw new TemplateSyntaxError(`missing value for ${context}`);
      commands.push([]);
      continue;
    }
    commands.at(-1)?.push(parseOperand(token, tokens, cursor, isFunction));
  }
  if (commands.at(-1)?.length === 0) throw new TemplateSyntaxError(`missing value for ${context}`);
  return commands;
}

function parseOperand(token: Token, tokens: Token[], cursor: Cursor, isFunction: (name: string) => boolean): Operand {
  const source = token.text;
  if (token.kind === "field") return { kind: "field", path: fieldPath(source), at: token.at, source };
  if (token.kind === "variable") {
    const [name = "$", ...path] = source.split(".");
    return { kind: "variable", name, path, at: token.at, source };
  }
  if (token.kind === "string") return { kind: "literal", value: unquote(source), source };
  if (token.kind === "number") return { kind: "literal", value: Number(source), source };
  if (source === "(") {
    const commands = parseCommands(tokens, cursor, isFunction, "parenthesized pipeline");
    if (tokens[cursor.index]?.text !== ")") throw new TemplateSyntaxError("unclosed left paren");
    cursor.index++;
    const after = tokens[cursor.index];
    const path = after?.kind === "field" ? fieldPath(after.text) : [];
    if (path.length > 0) cursor.index++;
    return { kind: "pipe", pipe: { declares: [], assigns: false, commands }, path, at: token.at, source };
  }
  if (token.kind !== "word") throw new TemplateSyntaxError(`unexpected ${JSON.stringify(source)} in operand`);
  if (source === "true" || source === "false") return { kind: "literal", value: source === "true", source };
  if (source === "nil") return { kind: "literal", value: null, source };
  if (!isFunction(source)) throw new TemplateSyntaxError(`function ${JSON.stringify(source)} not defined`);
  return { kind: "function", name: source, source };
}

function fieldPath(source: string): string[] {
  return source === "." ? [] : source.slice(1).split(".");
}

function unquote(source: string): unknown {
  if (source.startsWith("`")) return source.slice(1, -1);
  if (source.startsWith("'")) return source.slice(1, -1).codePointAt(0);
  const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };
  return source.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
}
