/** Commands made of commands: groups, subshells, `if`, loops, `case`, functions; and the words that only mean something there. */
import type { CaseArm, Command, List, Word } from "./ast";
import { CondParser } from "./cond-parser";

type Rest = Record<string, unknown>;
const RESERVED = new Set(
  "if then else elif fi do done case esac while until for in function { } ! [[ ]] time select".split(" "),
);
const CLOSERS = new Set(["then", "else", "elif", "fi", "do", "done", "esac", "}"]);

export abstract class CompoundParser extends CondParser {
  /** Commands up to one of the closing words (not consumed) or the end. */
  abstract list(closers: readonly string[]): List;
  abstract command(): Command;

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
