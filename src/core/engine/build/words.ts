/**
 * Substitution in a Dockerfile's words: quotes removed, `$NAME` and `${NAME...}` replaced (after the behaviour of
 * BuildKit's `frontend/dockerfile/shell`).
 */
import { invalidParameter } from "../../errors";

export type Environment = ReadonlyMap<string, string>;

/** The word with quotes removed and variables replaced. Throws `failed to process "...": ...`. */
export const expandWord = (word: string, env: Environment, escapeToken = "\\"): string =>
  run(word, env, escapeToken).text;

/** The same, split at blanks that come from outside of quotes, as EXPOSE does. */
export const expandWords = (word: string, env: Environment, escapeToken = "\\"): string[] =>
  run(word, env, escapeToken).words;

function run(word: string, env: Environment, escapeToken: string): { text: string; words: string[] } {
  const expander = new Expander(word, env, escapeToken);
  try {
    const text = expander.until("", false);
    return { text, words: expander.words() };
  } catch (error) {
    if (error instanceof Fault) throw invalidParameter(`failed to process ${quoteGo(word)}: ${error.message}`);
    throw error;
  }
}

class Fault extends Error {}

class Expander {
  readonly #chars: string[];
  readonly #env: Environment;
  readonly #escape: string;
  #at = 0;
  #done: string[] = [];
  #word = "";
  #hasWord = false;

  constructor(text: string, env: Environment, escapeToken: string) {
    this.#chars = [...text];
    this.#env = env;
    this.#escape = escapeToken;
  }

  words(): string[] {
    if (this.#hasWord) this.#done.push(this.#word);
    this.#hasWord = false;
    return this.#done;
  }

  /** Reads up to a character (or the end); the words of the outermost call are counted as it goes. */
  until(stop: string, raw: boolean): string {
    let result = "";
    while (this.#at < this.#chars.length) {
      const ch = this.#chars[this.#at] as string;
      if (ch === stop) {
        this.#at++;
        return result;
      }
      result += this.#piece(ch, stop === "", raw);
    }
    if (stop !== "") throw new Fault(`unexpected end of statement while looking for matching ${stop}`);
    return result;
  }

  #piece(ch: string, outermost: boolean, raw: boolean): string {
    if (ch === "'" || ch === '"') {
      const text = ch === "'" ? this.#single() : this.#double();
      if (outermost) this.#add(text, true);
      return raw ? ch + text + ch : text;
    }
    if (ch === "$") {
      const text = this.#dollar();
      if (outermost) for (const part of text) this.#add(part, !/\s/.test(part));
      return text;
    }
    this.#at++;
    if (ch !== this.#escape) {
      if (outermost) this.#add(ch, !/\s/.test(ch));
      return ch;
    }
    const next = this.#chars[this.#at++];
    if (next === undefined) return "";
    if (outermost) this.#add(next, true);
    return raw ? ch + next : next;
  }

  #add(text: string, solid: boolean): void {
    if (solid) {
      this.#word += text;
      this.#hasWord = true;
    } else if (this.#hasWord) {
      this.#done.push(this.#word);
      this.#word = "";
      this.#hasWord = false;
    }
  }

  #single(): string {
    const end = this.#chars.indexOf("'", this.#at + 1);
    if (end < 0) throw new Fault("unexpected end of statement while looking for matching single-quote");
    const text = this.#chars.slice(this.#at + 1, end).join("");
    this.#at = end + 1;
    return text;
  }

  #double(): string {
    let text = "";
    for (this.#at++; this.#at < this.#chars.length; ) {
      const ch = this.#chars[this.#at] as string;
      if (ch === '"') {
        this.#at++;
        return text;
      }
      if (ch === "$") {
        text += this.#dollar();
        continue;
      }
      this.#at++;
      const next = this.#chars[this.#at];
      if (ch === this.#escape && next !== undefined && (next === '"' || next === "$" || next === this.#escape)) {
        text += next;
        this.#at++;
      } else text += ch;
    }
    throw new Fault("unexpected end of statement while looking for matching double-quote");
  }

  #dollar(): string {
    this.#at++;
    if (this.#chars[this.#at] !== "{") {
      const name = this.#name();
      return name === "" ? "$" : (this.#env.get(name) ?? "");
    }
    this.#at++;
    const first = this.#chars[this.#at];
    if (first === undefined) throw new Fault("syntax error: missing '}'");
    if (first === "{" || first === "}" || first === ":") throw new Fault("syntax error: bad substitution");
    return this.#braces(this.#name());
  }

  #braces(name: string): string {
    const value = this.#env.get(name);
    let modifier = this.#chars[this.#at++] ?? "\uFFFD";
    if (modifier === "}") return value ?? "";
    if (modifier === "/") return this.#replace(value ?? "");
    let shown = modifier;
    const emptyCounts = modifier === ":";
    if (emptyCounts) {
      modifier = this.#chars[this.#at++] ?? "\uFFFD";
      shown += modifier;
    }
    if (!"+-?#%".includes(modifier) || (emptyCounts && "#%".includes(modifier)))
      throw new Fault(`unsupported modifier (${shown}) in substitution`);
    return this.#modify(name, value, modifier, emptyCounts, this.#operand("}", "#%".includes(modifier)));
  }

  #operand(stop: string, raw: boolean): string {
    const inner = new Expander("", this.#env, this.#escape);
    inner.#chars.push(...this.#chars);
    inner.#at = this.#at;
    try {
      const text = inner.until(stop, raw);
      this.#at = inner.#at;
      return text;
    } catch (error) {
      if (inner.#at >= inner.#chars.length)
        throw new Fault(`syntax error: missing '${stop}'${stop === "/" ? " in ${" : ""}`);
      throw error;
    }
  }

  #modify(name: string, value: string | undefined, modifier: string, emptyCounts: boolean, word: string): string {
    const missing = value === undefined || (emptyCounts && value === "");
    if (modifier === "-") return missing ? word : value;
    if (modifier === "+") return missing ? "" : word;
    if (modifier === "?") {
      if (!missing) return value;
      throw new Fault(`${name}: ${word || `is not allowed to be ${value === undefined ? "unset" : "empty"}`}`);
    }
    const greedy = word.startsWith(modifier);
    const pattern = patternSource(greedy ? word.slice(1) : word, greedy);
    if (modifier === "#") return (value ?? "").replace(new RegExp(`^${pattern}`, "su"), "");
    return trimSuffix(value ?? "", pattern, greedy);
  }

  #replace(value: string): string {
    const all = this.#chars[this.#at] === "/";
    if (all) this.#at++;
    const pattern = this.#operand("/", true);
    const replacement = this.#operand("}", true);
    return value.replace(new RegExp(patternSource(pattern, true), all ? "gsu" : "su"), () => replacement);
  }

  #name(): string {
    const start = this.#at;
    const at = () => this.#chars[this.#at] ?? "";
    if (/[a-zA-Z_]/.test(at())) while (/[a-zA-Z0-9_]/.test(at())) this.#at++;
    else if (/[0-9]/.test(at())) while (/[0-9]/.test(at())) this.#at++;
    else if (/[@*#?!$-]/.test(at())) this.#at++;
    return this.#chars.slice(start, this.#at).join("");
  }
}

/** A shell pattern as the source of a regular expression: `*` and `?` only. */
function patternSource(pattern: string, greedy: boolean): string {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const ch = pattern[at] as string;
    if (ch === "*") source += greedy ? ".*" : ".*?";
    else if (ch === "?") source += ".";
    else source += (ch === "\\" ? (pattern[++at] ?? "\\") : ch).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return source;
}

/** The longest or shortest end that fits is cut off. */
function trimSuffix(value: string, pattern: string, greedy: boolean): string {
  const fits = new RegExp(`^${pattern}$`, "su");
  const starts = [...Array(value.length + 1).keys()];
  for (const start of greedy ? starts : starts.reverse())
    if (fits.test(value.slice(start))) return value.slice(0, start);
  return value;
}

/** A string as Go's %q prints it. */
export const quoteGo = (text: string): string => JSON.stringify(text);
