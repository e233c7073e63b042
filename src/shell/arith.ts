/** Shell arithmetic: 64-bit integers as bash evaluates them, over variables given by two functions. */

export class ArithError extends Error {}

export interface ArithScope {
  get(name: string, index?: string): string;
  set(name: string, value: string, index?: string): void;
}

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
  ["**"],
];

/** The value of an expression whose `$` forms were expanded already. Throws ArithError with bash's words. */
export function evaluate(text: string, scope: ArithScope, depth = 0): bigint {
  if (depth > 50) throw new ArithError("expression recursion level exceeded");
  return new Evaluator(text, scope, depth).all();
}

class Evaluator {
  readonly #text: string;
  readonly #scope: ArithScope;
  readonly #depth: number;
  readonly #tokens: { v: string; at: number }[] = [];
  #i = 0;
  /** Above zero inside the side of `&&`, `||`, `?:` that does not count. */
  #dry = 0;

  constructor(text: string, scope: ArithScope, depth: number) {
    this.#text = text.trim();
    this.#scope = scope;
    this.#depth = depth;
    const pattern =
      /\s*(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[-+*/%&|^<>=!]=|\d+#\w+|0[xX][0-9a-fA-F]+|\d+\w*|[A-Za-z_]\w*|\S)/gy;
    for (let m = pattern.exec(this.#text); m; m = pattern.exec(this.#text)) {
      this.#tokens.push({ v: m[1] as string, at: pattern.lastIndex - (m[1] as string).length });
    }
  }

  all(): bigint {
    if (this.#tokens.length === 0) return 0n;
    const value = this.#comma();
    if (this.#i < this.#tokens.length) this.#fail("syntax error in expression");
    return value;
  }

  #fail(message: string): never {
    const token = this.#text.slice(this.#tokens[this.#i]?.at ?? this.#tokens.at(-1)?.at ?? 0);
    throw new ArithError(`${this.#text}: ${message} (error token is "${token}")`);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#i]?.v;
  }

  #take(...values: string[]): string | undefined {
    const token = this.#peek();
    if (token === undefined || !values.includes(token)) return undefined;
    this.#i++;
    return token;
  }

  #comma(): bigint {
    let value = this.#assign();
    while (this.#take(",")) value = this.#assign();
    return value;
  }

  #assign(): bigint {
    const start = this.#i;
    const target = this.#target();
    if (target) {
      const op = this.#take("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=");
      if (op) {
        const right = this.#assign();
        const value = op === "=" ? right : this.#apply(op.slice(0, -1), this.#read(target), right);
        this.#write(target, value);
        return value;
      }
    }
    this.#i = start;
    return this.#ternary();
  }

  #target(): { name: string; index?: string } | undefined {
    const name = this.#peek();
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
    this.#i++;
    if (this.#peek() !== "[") return { name };
    const from = (this.#tokens[this.#i]?.at ?? 0) + 1;
    let depth = 0;
    for (;;) {
      const token = this.#tokens[this.#i++];
      if (!token) return this.#fail("syntax error in expression");
      if (token.v === "[") depth++;
      if (token.v === "]" && --depth === 0) return { name, index: this.#text.slice(from, token.at) };
    }
  }

  #read(target: { name: string; index?: string }): bigint {
    const text = this.#scope.get(target.name, target.index);
    return text.trim() === "" ? 0n : evaluate(text, this.#scope, this.#depth + 1);
  }

  #write(target: { name: string; index?: string }, value: bigint): void {
    if (this.#dry === 0) this.#scope.set(target.name, String(BigInt.asIntN(64, value)), target.index);
  }

  #ternary(): bigint {
    const test = this.#binary(0);
    if (!this.#take("?")) return test;
    const yes = this.#maybe(test !== 0n, () => this.#assign());
    if (!this.#take(":")) this.#fail("`:' expected for conditional expression");
    const no = this.#maybe(test === 0n, () => this.#assign());
    return test !== 0n ? yes : no;
  }

  #maybe(counts: boolean, work: () => bigint): bigint {
    if (!counts) this.#dry++;
    try {
      return work();
    } finally {
      if (!counts) this.#dry--;
    }
  }

  #binary(level: number): bigint {
    const ops = LEVELS[level];
    if (!ops) return this.#unary();
    let left = this.#binary(level + 1);
    for (let op = this.#take(...ops); op; op = this.#take(...ops)) {
      if (op === "&&" || op === "||") {
        const right = this.#maybe(op === "&&" ? left !== 0n : left === 0n, () => this.#binary(level + 1));
        left = (op === "&&" ? left !== 0n && right !== 0n : left !== 0n || right !== 0n) ? 1n : 0n;
      } else left = this.#apply(op, left, this.#binary(op === "**" ? level : level + 1));
    }
    return left;
  }

  #apply(op: string, a: bigint, b: bigint): bigint {
    const flag = (value: boolean) => (value ? 1n : 0n);
    if ((op === "/" || op === "%") && b === 0n) {
      if (this.#dry > 0) return 0n;
      this.#i--;
      this.#fail("division by 0");
    }
    if (op === "**" && b < 0n) this.#fail("exponent less than 0");
    const results: Record<string, () => bigint> = {
      "+": () => a + b,
      "-": () => a - b,
      "*": () => a * b,
      "/": () => a / b,
      "%": () => a % b,
      "**": () => power(a, b),
      "<<": () => a << (b & 63n),
      ">>": () => a >> (b & 63n),
      "&": () => a & b,
      "|": () => a | b,
      "^": () => a ^ b,
      "==": () => flag(a === b),
      "!=": () => flag(a !== b),
      "<": () => flag(a < b),
      ">": () => flag(a > b),
      "<=": () => flag(a <= b),
      ">=": () => flag(a >= b),
    };
    return BigInt.asIntN(64, (results[op] as () => bigint)());
  }

  #unary(): bigint {
    const op = this.#take("!", "~", "+", "-", "++", "--");
    if (op === "++" || op === "--") {
      const target = this.#target() ?? this.#fail("syntax error: operand expected");
      const value = this.#read(target) + (op === "++" ? 1n : -1n);
      this.#write(target, value);
      return value;
    }
    if (!op) return this.#primary();
    const value = this.#unary();
    return op === "!" ? (value === 0n ? 1n : 0n) : op === "~" ? ~value : op === "-" ? -value : value;
  }

  #primary(): bigint {
    if (this.#take("(")) {
      const value = this.#comma();
      if (!this.#take(")")) this.#fail("missing `)'");
      return value;
    }
    const target = this.#target();
    if (target) {
      const value = this.#read(target);
      const op = this.#take("++", "--");
      if (op) this.#write(target, value + (op === "++" ? 1n : -1n));
      return value;
    }
    const token = this.#peek();
    if (token === undefined || !/^\d/.test(token)) this.#fail("syntax error: operand expected");
    const value = number(token as string);
    if (value === undefined) this.#fail("value too great for base");
    this.#i++;
    return value as bigint;
  }
}

function power(a: bigint, b: bigint): bigint {
  let result = 1n;
  let base = a;
  for (let n = b; n > 0n; n >>= 1n) {
    if (n & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

function number(token: string): bigint | undefined {
  const based = /^(\d+)#(\w+)$/.exec(token);
  const base = based ? Number(based[1]) : /^0[xX]/.test(token) ? 16 : /^0\d/.test(token) ? 8 : 10;
  const digits = based ? (based[2] as string) : base === 16 ? token.slice(2) : token;
  let value = 0n;
  for (const digit of digits.toLowerCase()) {
    const d = Number.parseInt(digit, 36);
    if (!(d < base)) return undefined;
    value = value * BigInt(base) + BigInt(d);
  }
  return BigInt.asIntN(64, value);
}
