/** What stands between `[[` and `]]`: tests joined by `&&`, `||`, `!` and parentheses. */
import type { Cond, Word } from "./ast";
import { Scanner } from "./word-parser";

export class CondParser extends Scanner {
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
}
