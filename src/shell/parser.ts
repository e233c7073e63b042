/**
 * Commands of the shell language: from source text to a `List`. Compound commands are `compound-parser`'s, words
 * `word-parser`'s.
 */
import type { AndOr, Assignment, Command, List, Pipeline, Redirect, Word } from "./ast";
import { CompoundParser } from "./compound-parser";

export { ShellSyntaxError } from "./word-parser";

/** Parses a whole text. Throws ShellSyntaxError; `incomplete` when more lines could complete it. */
export function parse(source: string, firstLine = 1): List {
  const parser = new Parser(source, firstLine);
  const list = parser.list([]);
  parser.skipBlank(true);
  if (!parser.end) parser.unexpected();
  return list;
}

/** Parses the next complete command of a script: the list and where the text goes on, undefined at the end. */
export function parseNext(
  source: string,
  at: number,
  line: number,
): { list: List; next: number; line: number } | undefined {
  const parser = new Parser(source, line);
  parser.at = at;
  parser.skipBlank(true);
  if (parser.end) return undefined;
  const list = parser.lineList();
  return { list, next: parser.at, line: parser.line };
}

class Parser extends CompoundParser {
  constructor(source: string, line: number) {
    super(source, line);
    this.subParse = (text, at) => {
      const inner = new Parser(text, this.line);
      inner.at = at;
      const body = inner.list([")"]);
      inner.skipBlank(true);
      if (inner.peek() !== ")") inner.unexpected(")");
      return { body, next: inner.at + 1 };
    };
    this.subParseAll = (text) => parse(text, this.line);
  }

  /** One line's worth of commands: stops after a newline outside of any construct. */
  lineList(): List {
    const items: AndOr[] = [];
    for (;;) {
      this.skipBlank(false);
      if (this.end) return items;
      if (this.peek() === "\n") {
        this.newline();
        return items;
      }
      items.push(this.andOr());
      this.skipBlank(false);
      if (this.end) return items;
      if (this.peek() === "\n") continue;
      if (this.lastSeparated) continue;
      this.unexpected();
    }
  }

  lastSeparated = false;

  /** Commands up to one of the closing words (not consumed) or the end. */
  list(closers: readonly string[]): List {
    const items: AndOr[] = [];
    for (;;) {
      this.skipBlank(true);
      if (this.end) return items;
      if (closers.includes(")") && this.peek() === ")") return items;
      if (this.source.startsWith(";;", this.at) || this.source.startsWith(";&", this.at)) {
        if (closers.includes(";;")) return items;
        this.unexpected();
      }
      const word = this.peekReserved();
      if (word && closers.includes(word)) return items;
      items.push(this.andOr());
      this.skipBlank(false);
      if (this.end || this.peek() === "\n" || this.lastSeparated) continue;
      if (closers.includes(")") && this.peek() === ")") return items;
      if (closers.includes(";;") && /^;[;&]/.test(this.source.slice(this.at, this.at + 2))) return items;
      this.unexpected();
    }
  }

  andOr(): AndOr {
    const start = this.at;
    const first = this.pipeline();
    const rest: { op: "&&" | "||"; pipeline: Pipeline }[] = [];
    for (;;) {
      this.skipBlank(false);
      const op = this.source.slice(this.at, this.at + 2);
      if (op !== "&&" && op !== "||") break;
      this.at += 2;
      this.skipBlank(true);
      rest.push({ op, pipeline: this.pipeline() });
    }
    const source = this.source.slice(start, this.at).trim();
    const c = this.peek();
    this.lastSeparated = false;
    const background = c === "&";
    if (background || (c === ";" && this.peek(1) !== ";" && this.peek(1) !== "&")) {
      this.at++;
      this.lastSeparated = true;
    }
    return { first, rest, background, source };
  }

  pipeline(): Pipeline {
    let bang = false;
    let timed = false;
    for (;;) {
      this.skipBlank(false);
      const word = this.peekReserved();
      if (word === "!") {
        bang = !bang;
        this.at += 1;
      } else if (word === "time" && !/^time\s+-/.test(this.source.slice(this.at, this.at + 8))) {
        timed = true;
        this.at += 4;
      } else break;
    }
    const commands: Command[] = [];
    this.skipBlank(false);
    if (timed && (this.end || this.peek() === "\n" || this.peek() === ";")) {
      return { bang, timed, commands };
    }
    for (;;) {
      const command = this.command();
      this.skipBlank(false);
      if (this.peek() !== "|" || this.peek(1) === "|") {
        commands.push(command);
        return { bang, timed, commands };
      }
      const both = this.peek(1) === "&";
      this.at += both ? 2 : 1;
      const dup: Redirect = { fd: 2, op: ">&", target: [{ t: "lit", v: "1" }] };
      commands.push(both ? { ...command, redirects: [...command.redirects, dup] } : command);
      this.skipBlank(true);
      if (this.end) this.unexpected();
    }
  }

  command(): Command {
    return this.nested(() => {
      this.skipBlank(false);
      const line = this.line;
      const compound = this.compound(line);
      if (!compound) return this.simple(line);
      const redirects: Redirect[] = [];
      for (let r = this.redirect(); r; r = this.redirect()) redirects.push(r);
      return { ...compound, redirects };
    });
  }

  simple(line: number): Command {
    const assigns: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.skipBlank(false);
      const redirect = this.redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      if (words.length === 0 || this.declares(words[0])) {
        const assign = this.assignment();
        if (assign && words.length === 0) {
          assigns.push(assign);
          continue;
        }
        if (assign) {
          words.push([{ t: "assign", assign }]);
          continue;
        }
      }
      const word = this.word();
      if (!word) break;
      words.push(word);
    }
    if (assigns.length + words.length + redirects.length === 0) this.unexpected();
    return { t: "simple", assigns, words, redirects, line };
  }

  declares(word: Word | undefined): boolean {
    const part = word?.length === 1 ? word[0] : undefined;
    return part?.t === "lit" && /^(declare|typeset|local|export|readonly)$/.test(part.v);
  }
}
