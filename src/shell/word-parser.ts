/** Words of the shell language: quoting, `$` forms, redirections, here-documents, and the errors bash words for them. */
import type { Assignment, List, Param, Part, Redirect, Word } from "./ast";
import { MAX_PARSE_DEPTH } from "./limits";

/** A text that is no program. `incomplete`: it would be the beginning of one. */
export class ShellSyntaxError extends Error {
  readonly line: number;
  readonly incomplete: boolean;
  readonly token: string | undefined;
  constructor(message: string, line: number, incomplete: boolean, token?: string) {
    super(message);
    this.line = line;
    this.incomplete = incomplete;
    this.token = token;
  }
}

const META = " \t\n;&|()<>";

interface Pending {
  readonly delimiter: string;
  readonly strip: boolean;
  readonly quoted: boolean;
  readonly target: Part[];
}

export class Scanner {
  readonly source: string;
  at = 0;
  line: number;
  #depth = 0;
  #pending: Pending[] = [];
  /** Set by the command parser: parses up to the closing parenthesis. */
  subParse: (text: string, at: number) => { body: List; next: number } = () => this.unexpected();
  subParseAll: (text: string) => List = () => [];

  constructor(source: string, line: number) {
    this.source = source;
    this.line = line;
  }

  get end(): boolean {
    return this.at >= this.source.length;
  }

  peek(ahead = 0): string {
    return this.source[this.at + ahead] ?? "";
  }

  nested<T>(work: () => T): T {
    if (++this.#depth > MAX_PARSE_DEPTH) throw new ShellSyntaxError("maximum nesting exceeded", this.line, false);
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  /** Skips blanks and comments; with `lines` also newlines. */
  skipBlank(lines: boolean): void {
    for (;;) {
      const c = this.peek();
      if (c === " " || c === "\t") this.at++;
      else if (c === "\\" && this.peek(1) === "\n") {
        this.at += 2;
        this.line++;
      } else if (c === "#" && (this.at === 0 || META.includes(this.source[this.at - 1] as string))) {
        while (!this.end && this.peek() !== "\n") this.at++;
      } else if (c === "\n" && lines) this.newline();
      else return;
    }
  }

  newline(): void {
    this.at++;
    this.line++;
    const pending = this.#pending;
    this.#pending = [];
    for (const doc of pending) this.#hereDocument(doc);
  }

  unexpected(_wanted?: string): never {
    this.skipBlank(false);
    if (this.end) throw new ShellSyntaxError("syntax error: unexpected end of file", this.line, true);
    const token = this.#token();
    throw new ShellSyntaxError(`syntax error near unexpected token \`${token}'`, this.line, false, token);
  }

  #token(): string {
    if (this.peek() === "\n") return "newline";
    const rest = this.source.slice(this.at, this.at + 200);
    return /^(&&|\|\||;;&|;;|;&|&>>|&>|<<<|<<|>>|[;&|()<>]|[^\s;&|()<>]+)/.exec(rest)?.[0] ?? rest[0] ?? "";
  }

  #unclosed(quote: string, line: number): never {
    throw new ShellSyntaxError(`unexpected EOF while looking for matching \`${quote}'`, line, true);
  }

  bareWord(): string {
    const match = /^[^\s;&|()<>"'$`]+/.exec(this.source.slice(this.at, this.at + 200));
    if (!match) return this.unexpected();
    this.at += match[0].length;
    return match[0];
  }

  wordOf(text: string): Word {
    const inner = this.child(text);
    return inner.parts((s) => s.end, true);
  }

  child(text: string): Scanner {
    const inner = new Scanner(text, this.line);
    inner.subParse = this.subParse;
    inner.subParseAll = this.subParseAll;
    return inner;
  }

  /** The next word; undefined when an operator or the end is next. */
  word(): Word | undefined {
    const c = this.peek();
    if (this.end || (META.includes(c) && !this.#processSubstitution())) return undefined;
    const parts = this.parts((s) => META.includes(s.peek()) && !s.#processSubstitution(), false);
    return parts;
  }

  /** The right side of `=~`: parentheses and bars belong to it. */
  regexWord(): Word {
    let depth = 0;
    return this.parts((s) => {
      const c = s.peek();
      if (c === "(") depth++;
      if (c === ")" && depth-- === 0) return true;
      return " \t\n".includes(c) && depth <= 0;
    }, false);
  }

  #processSubstitution(): boolean {
    return (this.peek() === "<" || this.peek() === ">") && this.peek(1) === "(";
  }

  /** Parts up to where `stop` says. `dq`: as between double quotes (no quoting by ', no tilde). */
  parts(stop: (scanner: Scanner) => boolean, dq: boolean): Part[] {
    const parts: Part[] = [];
    let text = "";
    const flush = () => {
      if (text) parts.push({ t: "lit", v: text });
      text = "";
    };
    while (!this.end && !stop(this)) {
      const c = this.peek();
      if (c === "\\") {
        const next = this.peek(1);
        this.at += 2;
        if (next === "\n") {
          this.line++;
          continue;
        }
        if (dq && !'$`"\\'.includes(next)) text += `\\${next}`;
        else {
          flush();
          parts.push({ t: "quoted", v: next === "" ? "\\" : next });
        }
      } else if (c === "'" && !dq) {
        flush();
        const close = this.source.indexOf("'", this.at + 1);
        if (close < 0) this.#unclosed("'", this.line);
        parts.push({ t: "quoted", v: this.source.slice(this.at + 1, close) });
        this.#moveTo(close + 1);
      } else if (c === '"' && !dq) {
        flush();
        parts.push(this.#doubleQuoted());
      } else if (c === "$" || c === "`") {
        const part = this.#dollar(dq);
        if (part) {
          flush();
          parts.push(part);
        } else {
          text += "$";
          this.at++;
        }
      } else if (!dq && this.#processSubstitution()) {
        flush();
        const { body, next } = this.subParse(this.source, this.at + 2);
        this.#moveTo(next);
        parts.push({ t: "proc", dir: c as "<" | ">", body });
      } else {
        if (c === "\n") this.line++;
        text += c;
        this.at++;
      }
    }
    flush();
    return parts;
  }

  #moveTo(at: number): void {
    for (let i = this.at; i < at; i++) if (this.source[i] === "\n") this.line++;
    this.at = at;
  }

  #doubleQuoted(): Part {
    const line = this.line;
    this.at++;
    const parts = this.parts((s) => s.peek() === '"', true);
    if (this.end) this.#unclosed('"', line);
    this.at++;
    return { t: "dq", parts };
  }

  /** What begins with `$` or a backquote; undefined for a plain dollar sign. */
  #dollar(dq: boolean): Part | undefined {
    if (this.peek() === "`") return this.#backquoted(dq);
    const next = this.peek(1);
    if (next === "(") {
      if (this.peek(2) === "(") {
        this.at++;
        const expr = this.tryArith();
        if (expr) return { t: "arith", expr };
        this.at--;
      }
      const { body, next: after } = this.subParse(this.source, this.at + 2);
      this.#moveTo(after);
      return { t: "cmd", body };
    }
    if (next === "{") return this.nested(() => this.#braced());
    if (next === "'" && !dq) return this.#ansi();
    if (next === '"' && !dq) {
      this.at++;
      return this.#doubleQuoted();
    }
    const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(this.source.slice(this.at + 1, this.at + 200))?.[0];
    if (!name) return undefined;
    this.at += 1 + name.length;
    return { t: "param", name };
  }

  #backquoted(dq: boolean): Part {
    let text = "";
    let i = this.at + 1;
    for (; ; i++) {
      const c = this.source[i];
      if (c === undefined) this.#unclosed("`", this.line);
      if (c === "`") break;
      const next = this.source[i + 1] ?? "";
      if (c === "\\" && ("$`\\".includes(next) || (dq && next === '"'))) text += this.source[++i];
      else text += c;
    }
    this.#moveTo(i + 1);
    return { t: "cmd", body: this.subParseAll(text) };
  }

  #ansi(): Part {
    let i = this.at + 2;
    while (i < this.source.length && this.source[i] !== "'") i += this.source[i] === "\\" ? 2 : 1;
    if (i >= this.source.length) this.#unclosed("'", this.line);
    const text = this.source.slice(this.at + 2, i);
    this.#moveTo(i + 1);
    return { t: "quoted", v: unescapeAnsi(text) };
  }

  #braced(): Part {
    const start = this.at;
    this.at += 2;
    let length = false;
    let indirect = false;
    if (this.peek() === "#" && this.peek(1) !== "}" && !/^#[:#%/-]/.test(this.source.slice(this.at, this.at + 2))) {
      length = true;
      this.at++;
    } else if (this.peek() === "!" && /[A-Za-z_]/.test(this.peek(1))) {
      indirect = true;
      this.at++;
    }
    const name = /^(?:[A-Za-z_]\w*|\d+|[@*#?$!-])/.exec(this.source.slice(this.at, this.at + 200))?.[0];
    if (!name) return this.#badSubstitution(start);
    this.at += name.length;
    let index: Word | undefined;
    if (this.peek() === "[") {
      this.at++;
      index = this.parts((s) => s.peek() === "]", false);
      this.at++;
    }
    const base = { t: "param" as const, name, ...(index ? { index } : {}), length };
    if (this.peek() === "}") {
      this.at++;
      const all = index?.length === 1 && index[0]?.t === "lit" && /^[@*]$/.test(index[0].v);
      return { ...base, ...(indirect && all ? { keys: true } : { indirect }) };
    }
    const op = /^(:[-=?+]|[-=?+]|##|#|%%|%|\/\/|\/#|\/%|\/|:|\^\^|\^|,,|,|@)/.exec(
      this.source.slice(this.at, this.at + 2),
    )?.[0];
    if (!op) {
      if (this.end) this.#unclosed("}", this.line);
      return this.#badSubstitution(start);
    }
    this.at += op.length;
    return this.#operands(base, indirect, op);
  }

  #operands(base: Omit<Param, "op">, indirect: boolean, op: string): Part {
    const splitAt = op.startsWith("/") ? "/" : op === ":" ? ":" : "";
    const arg = this.#operand((s) => s.peek() === "}" || (splitAt !== "" && s.peek() === splitAt));
    let arg2: Word | undefined;
    if (splitAt && this.peek() === splitAt) {
      this.at++;
      arg2 = this.#operand((s) => s.peek() === "}");
    }
    if (this.end) this.#unclosed("}", this.line);
    this.at++;
    return { ...base, indirect, op, arg, ...(arg2 ? { arg2 } : {}) };
  }

  #operand(stop: (s: Scanner) => boolean): Word {
    return this.parts(stop, false);
  }

  #badSubstitution(start: number): never {
    const close = this.source.indexOf("}", start);
    const text = close < 0 ? this.source.slice(start) : this.source.slice(start, close + 1);
    if (close < 0) this.#unclosed("}", this.line);
    throw new ShellSyntaxError(`${text}: bad substitution`, this.line, false);
  }

  /** `((...))` at the position; undefined (and nothing consumed) when it is two nested parentheses. */
  tryArith(): Word | undefined {
    const from = this.at;
    let depth = 0;
    for (let i = this.at; i < this.source.length; i++) {
      const c = this.source[i];
      if (c === "(") depth++;
      else if (c === ")") {
        depth--;
        if (depth === 1 && this.source[i + 1] === ")") {
          const text = this.source.slice(from + 2, i);
          this.#moveTo(i + 2);
          return this.wordOf(text);
        }
        if (depth <= 1) return undefined;
      }
    }
    return undefined;
  }

  arithText(): string {
    const close = this.source.indexOf("))", this.at);
    if (close < 0) this.unexpected();
    const text = this.source.slice(this.at + 2, close);
    this.#moveTo(close + 2);
    return text;
  }

  assignment(): Assignment | undefined {
    const match = /^([A-Za-z_]\w*)(\[[^\]\n]*\])?(\+?=)/.exec(this.source.slice(this.at, this.at + 300));
    if (!match) return undefined;
    this.at += match[0].length;
    const base = {
      name: match[1] as string,
      ...(match[2] ? { index: this.wordOf(match[2].slice(1, -1)) } : {}),
      append: match[3] === "+=",
    };
    if (this.peek() === "(") return { ...base, value: [], array: this.#arrayItems() };
    return { ...base, value: this.word() ?? [] };
  }

  #arrayItems(): { key?: Word; value: Word }[] {
    this.at++;
    const items: { key?: Word; value: Word }[] = [];
    for (;;) {
      this.skipBlank(true);
      if (this.peek() === ")") {
        this.at++;
        return items;
      }
      const key = /^\[([^\]]*)\]=/.exec(this.source.slice(this.at, this.at + 200));
      if (key) this.at += key[0].length;
      const value = this.word() ?? (key ? [] : this.unexpected());
      items.push({ ...(key ? { key: this.wordOf(key[1] as string) } : {}), value });
    }
  }

  redirect(): Redirect | undefined {
    this.skipBlank(false);
    const match = /^(\d*)(&>>|&>|<<<|<<-|<<|<>|<&|>&|>>|>\||<|>)/.exec(this.source.slice(this.at, this.at + 12));
    if (!match || this.#processSubstitution()) return undefined;
    if (match[1] === "" && /^[<>]\($/.test(this.source.slice(this.at, this.at + 2))) return undefined;
    this.at += match[0].length;
    const op = match[2] as string;
    const fd = match[1] ? Number(match[1]) : undefined;
    this.skipBlank(false);
    if (op === "<<" || op === "<<-") return this.#hereStart(fd, op === "<<-");
    const target = this.word();
    if (!target) return this.unexpected();
    return { fd, op: op as Redirect["op"], target };
  }

  #hereStart(fd: number | undefined, strip: boolean): Redirect {
    const from = this.at;
    if (!this.word()) this.unexpected();
    const raw = this.source.slice(from, this.at);
    const target: Part[] = [];
    this.#pending.push({ delimiter: raw.replace(/['"\\]/g, ""), strip, quoted: /['"\\]/.test(raw), target });
    return { fd, op: "<<", target };
  }

  #hereDocument(doc: Pending): void {
    let text = "";
    while (!this.end) {
      let stop = this.source.indexOf("\n", this.at);
      if (stop < 0) stop = this.source.length;
      let row = this.source.slice(this.at, stop);
      if (doc.strip) row = row.replace(/^\t+/, "");
      const last = stop >= this.source.length;
      this.at = Math.min(stop + 1, this.source.length);
      this.line++;
      if (row === doc.delimiter) {
        this.#hereEnd(doc, text);
        return;
      }
      text += last && row === "" ? "" : `${row}\n`;
    }
    this.#hereEnd(doc, text);
  }

  #hereEnd(doc: Pending, text: string): void {
    if (doc.quoted) doc.target.push({ t: "quoted", v: text });
    else doc.target.push({ t: "dq", parts: this.child(text).parts(() => false, true) });
  }
}

/** The escapes of `$'...'`, also those of `echo -e` and `printf` formats but for `\c`. */
export function unescapeAnsi(text: string): string {
  const plain: Record<string, string> = {
    n: "\n",
    t: "\t",
    r: "\r",
    a: "\x07",
    b: "\b",
    e: "\x1b",
    E: "\x1b",
    f: "\f",
    v: "\v",
  };
  return text.replace(
    /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0?[0-7]{1,3}|[\s\S])/g,
    (all, e: string) => {
      if (/^[xuU]./.test(e)) return String.fromCodePoint(Math.min(Number.parseInt(e.slice(1), 16), 0x10ffff));
      if (/^[0-7]/.test(e)) return String.fromCharCode(Number.parseInt(e, 8) & 255);
      return plain[e] ?? ("\\'\"?".includes(e) ? e : all);
    },
  );
}
