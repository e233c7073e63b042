/**
 * Reads a Dockerfile into nodes, line by line: directives, continuations, comments, flags, JSON forms, heredocs (after
 * the behaviour of BuildKit's `frontend/dockerfile/parser`). What an instruction means is `instructions.ts`' business.
 */
import { invalidParameter } from "../../errors";
import { parseJsonArray, splitWhitespace, splitWords } from "./lines";

export interface Heredoc {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
  readonly content: string;
}

export interface Node {
  readonly command: string; // lower case
  readonly typed: string; // as written
  readonly flags: readonly string[];
  readonly args: readonly string[];
  readonly json: boolean;
  readonly original: string;
  readonly line: number;
  readonly endLine: number;
  readonly heredocs: readonly Heredoc[];
}

export interface Dockerfile {
  readonly nodes: readonly Node[];
  readonly escapeToken: string;
  readonly warnings: readonly string[];
}

/** bufio.MaxScanTokenSize - 1 */
const LONGEST_LINE = 65_535;
const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const HEREDOC_COMMANDS = new Set(["add", "copy", "run"]);

/** Throws `failed to parse Dockerfile: ...`. */
export function parseDockerfile(text: string): Dockerfile {
  try {
    return new Parser(text.replace(/^\uFEFF/, "")).parse();
  } catch (error) {
    if (error instanceof SyntaxFault) throw invalidParameter(`failed to parse Dockerfile: ${error.message}`);
    throw error;
  }
}

/** Why a line cannot be read. */
export class SyntaxFault extends Error {}

class Parser {
  readonly #lines: string[];
  #at = 0;
  #escape = "\\";
  #directivesDone = false;
  readonly #directives = new Set<string>();
  readonly #warnings: string[] = [];

  constructor(text: string) {
    this.#lines = text.split("\n");
    if (this.#lines.at(-1) === "") this.#lines.pop();
  }

  parse(): Dockerfile {
    const nodes: Node[] = [];
    while (this.#at < this.#lines.length) {
      const node = this.#instruction();
      if (node) nodes.push(node);
    }
    if (nodes.length === 0) throw new SyntaxFault("file with no instructions");
    if (this.#warnings.length > 0)
      this.#warnings.push("[WARNING]: Empty continuation lines will become errors in a future release.");
    return { nodes, escapeToken: this.#escape, warnings: this.#warnings };
  }

  #instruction(): Node | undefined {
    const first = this.#next().replace(/^[ \t\v\f\r]+/, "");
    this.#directive(first);
    const line = this.#at;
    const start = this.#continues(first.startsWith("#") ? "" : first);
    if (!start.goesOn && start.text === "") return undefined;
    const original = start.goesOn ? this.#join(start.text) : start.text;
    if (original.trim() === "") return undefined;
    const node = nodeFromLine(original, this.#escape);
    const heredocs = HEREDOC_COMMANDS.has(node.command) && original.includes("<<") ? this.#heredocs(original) : [];
    return { ...node, line, endLine: this.#at, heredocs };
  }

  /** Lines that belong to one instruction; comments and empty lines between them are left out. */
  #join(start: string): string {
    let text = start;
    let empty = false;
    while (this.#at < this.#lines.length) {
      const line = this.#next();
      if (/^[ \t\v\f\r]*#/.test(line)) continue;
      if (line.trim() === "") {
        empty = true;
        continue;
      }
      const part = this.#continues(line);
      text += part.text;
      if (!part.goesOn) break;
    }
    if (empty) this.#warnings.push(`[WARNING]: Empty continuation line found in: ${text}`);
    return text;
  }

  #next(): string {
    const line = this.#lines[this.#at++] as string;
    if (line.length > LONGEST_LINE)
      throw new SyntaxFault(`dockerfile line greater than max allowed size of ${LONGEST_LINE}`);
    return line.replace(/\r$/, "");
  }

  #continues(line: string): { text: string; goesOn: boolean } {
    const end = line.replace(/[ \t]+$/, "");
    const goesOn = end.endsWith(this.#escape) && end.at(-2) !== this.#escape;
    return { text: goesOn ? end.slice(0, -1) : line, goesOn };
  }

  #directive(line: string): void {
    if (this.#directivesDone) return;
    const match = DIRECTIVE.exec(line);
    const name = match?.[1]?.toLowerCase() ?? "";
    if (!["escape", "syntax", "check"].includes(name)) {
      this.#directivesDone = true;
      return;
    }
    if (this.#directives.has(name)) throw new SyntaxFault(`only one ${name} parser directive can be used`);
    this.#directives.add(name);
    if (name !== "escape") return;
    const value = match?.[2] ?? "";
    if (value !== "\\" && value !== "`")
      throw new SyntaxFault(`invalid escape token '${value}' does not match \` or \\`);
    this.#escape = value;
  }

  #heredocs(line: string): Heredoc[] {
    return findHeredocs(line, this.#escape).map((heredoc) => {
      let content = "";
      while (this.#at < this.#lines.length) {
        const text = this.#lines[this.#at++] as string;
        const bare = text.replace(/\r$/, "");
        if ((heredoc.chomp ? bare.replace(/^\t+/, "") : bare) === heredoc.name) return { ...heredoc, content };
        content += `${text}\n`;
      }
      throw new SyntaxFault("unterminated heredoc");
    });
  }
}

const HEREDOC = /^(\d*)<<(-?)([^<]*)$/;

function findHeredocs(line: string, escapeToken: string): Omit<Heredoc, "content">[] {
  const found: Omit<Heredoc, "content">[] = [];
  for (const word of shellFields(line, escapeToken)) {
    const match = HEREDOC.exec(word);
    const rest = match?.[3] ?? "";
    if (!match || rest === "") continue;
    const name = rest.replace(/["']/g, "").replaceAll("\\", "");
    if (shellFields(rest, escapeToken).length !== 1) continue;
    found.push({ name, expand: !/["'\\]/.test(rest), chomp: match[2] === "-" });
  }
  return found;
}

/** Words of a line, quotes kept. */
function shellFields(line: string, escapeToken: string): string[] {
  return splitWords(line, escapeToken);
}

/** One instruction's line; heredocs and line numbers come later. */
export function nodeFromLine(original: string, escapeToken: string): Omit<Node, "line" | "endLine" | "heredocs"> {
  const text = original.trim();
  const cut = /[\t\v\f\r ]+/.exec(text);
  const typed = cut ? text.slice(0, cut.index) : text;
  const { flags, rest } = extractFlags(cut ? text.slice(cut.index).trim() : "");
  const command = typed.toLowerCase();
  return {
    command,
    typed,
    flags,
    original: original.trimStart(),
    ...parseArguments(command, rest.trim(), escapeToken),
  };
}

function parseArguments(
  command: string,
  rest: string,
  escapeToken: string,
): { args: readonly string[]; json: boolean } {
  switch (command) {
    case "run":
    case "cmd":
    case "entrypoint":
    case "shell":
      return rest === "" ? { args: [], json: false } : jsonOr(rest, () => [rest]);
    case "add":
    case "copy":
    case "volume":
      return jsonOr(rest, () => splitWhitespace(rest));
    case "env":
    case "label":
      return { args: nameValues(rest, command.toUpperCase(), escapeToken), json: false };
    case "arg":
      return { args: splitWords(rest, escapeToken), json: false };
    case "from":
    case "expose":
      return { args: splitWhitespace(rest), json: false };
    case "healthcheck":
      return healthArguments(rest);
    case "onbuild":
      return { args: rest === "" ? [] : [rest.split(/[\t\v\f\r ]+/, 1)[0] as string], json: false };
    default:
      return { args: rest === "" ? [] : [rest], json: false };
  }
}

function jsonOr(rest: string, otherwise: () => string[]): { args: readonly string[]; json: boolean } {
  const words = parseJsonArray(rest);
  if (words === "notStrings")
    throw new SyntaxFault("when using JSON array syntax, arrays must be comprised of strings only");
  return words ? { args: words, json: true } : { args: otherwise(), json: false };
}

function nameValues(rest: string, key: string, escapeToken: string): string[] {
  const words = splitWords(rest, escapeToken);
  const first = words[0];
  if (first === undefined) return [];
  if (!first.includes("=")) {
    const cut = /[\t\v\f\r ]+/.exec(rest);
    if (!cut) throw new SyntaxFault(`${key} must have two arguments`);
    return [rest.slice(0, cut.index), rest.slice(cut.index + cut[0].length)];
  }
  return words.flatMap((word) => {
    const at = word.indexOf("=");
    if (at < 0)
      throw new SyntaxFault(`Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`);
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

function healthArguments(rest: string): { args: readonly string[]; json: boolean } {
  const cut = /[\t\v\f\r ]+/.exec(rest);
  if (!cut) return { args: rest === "" ? [] : [rest], json: false };
  const { args, json } = jsonOr(rest.slice(cut.index).trim(), () => [rest.slice(cut.index).trim()]);
  return { args: [rest.slice(0, cut.index), ...args], json };
}

/** Takes the words that begin with `--` off the front; quotes are removed. */
function extractFlags(line: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (/[\t\v\f\r\n ]/.test(line[at] ?? "")) at++;
    if (!line.startsWith("--", at)) return { flags, rest: line.slice(at) };
    const [word, end] = flagWord(line, at);
    at = end;
    if (word === "--") return { flags, rest: line.slice(at) };
    if (word !== "") flags.push(word);
  }
}

function flagWord(line: string, start: number): [string, number] {
  let word = "";
  let quote = "";
  let at = start;
  for (; at < line.length; at++) {
    const ch = line[at] as string;
    if (quote === "" && /[\t\v\f\r\n ]/.test(ch)) break;
    if (quote === "" && (ch === "'" || ch === '"')) quote = ch;
    else if (ch === quote) quote = "";
    else if (ch === "\\") word += line[++at] ?? "";
    else word += ch;
  }
  return [word, at];
}
