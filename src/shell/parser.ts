/** Commands of the shell language: from source text to a `List`. Words are `word-parser`'s. */
import type { AndOr, Assignment, CaseArm, Command, Cond, List, Pipeline, Redirect, Word } from "./ast";
import { Scanner } from "./word-parser";

export { ShellSyntaxError } from "./word-parser";

type Rest = Record<string, unknown>;
const RESERVED = new Set(
  "if then else elif fi do done case esac while until for in function { } ! [[ ]] time select".split(" "),
);
const CLOSERS = new Set(["then", "else", "elif", "fi", "do", "done", "esac", "}"]);

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

class Parser extends Scanner {
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

  compound(line: number): Command | undefined {
    const make = (rest: Rest) => ({ line, redirects: [], ...rest }) as unknown as Command;
    if (this.peek() === "(") {
      if (this.peek(1) === "(") {
        const expr = this.tryArith();
        if (expr) return make({ t: "arith", expr });
      }
      this.at++;
      const body = this.list([")"]);
      if (body.length === 0) this.unexpected();
      this.closeParen();
      return make({ t: "subshell", body });
    }
    const word = this.peekReserved();
    switch (word) {
      case undefined:
        return this.functionDefinition(line);
      case "{": {
        this.at++;
        const body = this.body(["}"]);
        this.expect("}");
        return make({ t: "group", body });
      }
      case "if":
        return make(this.ifCommand());
      case "while":
      case "until": {
        this.at += word.length;
        const test = this.body(["do"]);
        return make({ t: "while", until: word === "until", test, body: this.doBody() });
      }
      case "for":
      case "select":
        return make(this.forCommand());
      case "case":
        return make(this.caseCommand());
      case "[[":
        this.at += 2;
        return make({ t: "cond", cond: this.condOr() });
      case "function": {
        this.at += 8;
        this.skipBlank(false);
        const name = this.bareWord();
        this.skipBlank(false);
        if (this.peek() === "(") {
          this.at++;
          this.skipBlank(false);
          if (this.peek() !== ")") this.unexpected();
          this.at++;
        }
        return this.functionBody(name, line);
      }
      default:
        if (CLOSERS.has(word) || word === "in") {
          if (word !== "in") this.unexpected();
        }
        return undefined;
    }
  }

  functionDefinition(line: number): Command | undefined {
    const match = /^([^\s()|&;<>"'$`=]+)[ \t]*\([ \t]*\)/.exec(this.source.slice(this.at, this.at + 200));
    if (!match) return undefined;
    this.at += match[0].length;
    return this.functionBody(match[1] as string, line);
  }

  functionBody(name: string, line: number): Command {
    this.skipBlank(true);
    const bodyStart = this.at;
    const body = this.command();
    const source = `${name} () \n${this.source.slice(bodyStart, this.at).trim()}`;
    return { t: "function", name, body, source, line, redirects: [] };
  }

  ifCommand(): Rest {
    const arms: { test: List; body: List }[] = [];
    let other: List | undefined;
    this.at += 2;
    for (;;) {
      const test = this.body(["then"]);
      this.expect("then");
      arms.push({ test, body: this.body(["elif", "else", "fi"]) });
      const word = this.peekReserved();
      if (word !== "elif") break;
      this.at += 4;
    }
    if (this.peekReserved() === "else") {
      this.at += 4;
      other = this.body(["fi"]);
    }
    this.expect("fi");
    return { t: "if", arms, ...(other ? { other } : {}) };
  }

  forCommand(): Rest {
    this.at += this.peekReserved() === "for" ? 3 : 6;
    this.skipBlank(false);
    if (this.source.startsWith("((", this.at)) return this.forArith();
    const name = this.bareWord();
    if (!/^[A-Za-z_]\w*$/.test(name)) this.unexpected();
    this.skipBlank(true);
    let words: Word[] | undefined;
    if (this.peekReserved() === "in") {
      this.at += 2;
      words = this.wordsToEnd();
    }
    this.separator();
    return { t: "for", name, ...(words ? { words } : {}), body: this.doOrBrace() };
  }

  forArith(): Rest {
    const expr = this.arithText();
    const [init = "", test = "", step = ""] = splitTop(expr);
    this.skipBlank(false);
    this.separator();
    const words = [init, test, step].map((text) => this.wordOf(text));
    return { t: "cfor", init: words[0], test: words[1], step: words[2], body: this.doOrBrace() };
  }

  separator(): void {
    this.skipBlank(false);
    if (this.peek() === ";") this.at++;
    this.skipBlank(true);
  }

  wordsToEnd(): Word[] {
    const words: Word[] = [];
    for (;;) {
      this.skipBlank(false);
      if (this.end || ";\n&|)".includes(this.peek())) return words;
      const word = this.word();
      if (!word) this.unexpected();
      else words.push(word);
    }
  }

  doOrBrace(): List {
    if (this.peekReserved() === "{") {
      this.at++;
      const body = this.body(["}"]);
      this.expect("}");
      return body;
    }
    return this.doBody();
  }

  doBody(): List {
    this.expect("do");
    const body = this.body(["done"]);
    this.expect("done");
    return body;
  }

  caseCommand(): Rest {
    this.at += 4;
    this.skipBlank(false);
    const word = this.word();
    if (!word) return this.unexpected();
    this.skipBlank(true);
    this.expect("in");
    const arms: CaseArm[] = [];
    for (;;) {
      this.skipBlank(true);
      if (this.end) this.unexpected();
      if (this.peekReserved() === "esac") break;
      if (this.peek() === "(") this.at++;
      const patterns: Word[] = [];
      for (;;) {
        this.skipBlank(false);
        const pattern = this.word();
        if (!pattern) return this.unexpected();
        patterns.push(pattern);
        this.skipBlank(false);
        if (this.peek() !== "|") break;
        this.at++;
      }
      this.closeParen();
      const body = this.list([";;", "esac"]);
      const end = ([";;&", ";;", ";&"] as const).find((text) => this.source.startsWith(text, this.at));
      if (end) this.at += end.length;
      arms.push({ patterns, body, end: end ?? ";;" });
    }
    this.expect("esac");
    return { t: "case", word, arms };
  }

  closeParen(): void {
    this.skipBlank(true);
    if (this.peek() !== ")") this.unexpected();
    this.at++;
  }

  condOr(): Cond {
    const cond = this.condOrInner();
    this.skipBlank(true);
    if (!/^\]\](?=[\s;&|)]|$)/.test(this.source.slice(this.at, this.at + 3))) this.unexpected();
    this.at += 2;
    return cond;
  }

  condOrInner(): Cond {
    let a = this.condAnd();
    while (this.startsAfterBlank("||")) {
      this.at += 2;
      a = { t: "or", a, b: this.condAnd() };
    }
    return a;
  }

  condAnd(): Cond {
    let a = this.condPrimary();
    while (this.startsAfterBlank("&&")) {
      this.at += 2;
      a = { t: "and", a, b: this.condPrimary() };
    }
    return a;
  }

  condPrimary(): Cond {
    this.skipBlank(true);
    if (/^!\s/.test(this.source.slice(this.at, this.at + 2))) {
      this.at++;
      return { t: "not", a: this.condPrimary() };
    }
    if (this.peek() === "(") {
      this.at++;
      const inner = this.condOrInner();
      this.closeParen();
      return inner;
    }
    const unary = /^-[a-zA-Z](?=\s)/.exec(this.source.slice(this.at, this.at + 3));
    if (unary) {
      this.at += 2;
      this.skipBlank(false);
      return { t: "unary", op: unary[0], a: this.needWord() };
    }
    const a = this.needWord();
    this.skipBlank(false);
    const op = /^(==|=~|!=|=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef)(?=\s))/.exec(
      this.source.slice(this.at, this.at + 4),
    )?.[0];
    if (!op) return { t: "unary", op: "-n", a };
    this.at += op.length;
    this.skipBlank(false);
    return { t: "binary", op, a, b: op === "=~" ? this.regexWord() : this.needWord() };
  }

  startsAfterBlank(operator: string): boolean {
    this.skipBlank(true);
    return this.source.startsWith(operator, this.at);
  }

  needWord(): Word {
    return this.word() ?? this.unexpected();
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

  body(closers: readonly string[]): List {
    const list = this.list(closers);
    if (list.length === 0 || !closers.includes(this.peekReserved() ?? "")) this.unexpected();
    return list;
  }

  expect(word: string): void {
    this.skipBlank(true);
    if (this.peekReserved() !== word) this.unexpected();
    this.at += word.length;
  }

  peekReserved(): string | undefined {
    const match = /^(?:[a-z]+|[{}!]|\[\[|\]\])(?=[\s;&|()<>]|$)/.exec(this.source.slice(this.at, this.at + 12));
    return match && RESERVED.has(match[0]) ? match[0] : undefined;
  }
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === ";" && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
