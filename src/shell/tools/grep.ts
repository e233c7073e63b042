/** grep, egrep, fgrep: line by line, so that `docker logs -f web | grep error` shows each line as it comes. */
import type { Input, Program, Sys } from "../../api/process";
import { escapeRegex, posixClasses } from "../patterns";
import { allMatches, compileRegex, type Regex, replaceMatches } from "../regex";
import { bytesInput, decode, Reader } from "../streams";
import { complain, errorText, here, nameOf, options } from "./common";

/** A POSIX expression as JavaScript's. In basic ones `\(`, `\|`, `\+` are the operators and `(`, `|`, `+` are not. */
export function posixRegex(source: string, extended: boolean): string {
  const classes = source.replace(/\[\^?\]?(?:\[:\w+:\]|[^\]])*\]/g, (set) =>
    posixClasses(set).replace(/\[(?=.)(?!\^|[^[]*$)/g, "["),
  );
  const words = classes.replace(/\\[<>]/g, "\\b");
  if (extended) return words;
  return words
    .replace(/\\([(){}|+?])|([(){}|+?])/g, (_, operator?: string, plain?: string) => operator ?? `\\${plain}`)
    .replace(/^\*/, "\\*");
}

export const grep: Program = async (sys) => {
  const opt = options(sys, "emABCf");
  const operands = [...opt.rest];
  const given = opt.value("e") ?? operands.shift();
  if (given === undefined) return complain(sys, `pattern missing`, 2);
  const fixed = opt.has("F") || nameOf(sys) === "fgrep";
  const extended = opt.has("E", "P") || nameOf(sys) === "egrep";
  let regex: Regex;
  try {
    const parts = given.split("\n").map((part) => (fixed ? escapeRegex(part) : posixRegex(part, extended)));
    const joined = `(?:${parts.join("|")})`;
    const whole = opt.has("x") ? `^${joined}$` : opt.has("w") ? `\\b${joined}\\b` : joined;
    regex = compileRegex(whole, { ignoreCase: opt.has("i", "y"), longest: !opt.has("P") });
  } catch {
    return complain(sys, "Unmatched [, [^, [:, [., or [=", 2);
  }
  const deep = opt.has("r", "R");
  const names = operands.length > 0 ? operands : deep ? ["."] : ["-"];
  const files = deep ? names.flatMap((name) => below(sys, name)) : names;
  const search = new Search(sys, regex, opt, opt.has("H") || (!opt.has("h") && (files.length > 1 || deep)));
  let trouble = false;
  for (const name of files) {
    try {
      if (name !== "-" && sys.files.stat(here(sys, name)).type === "dir")
        await complain(sys, `${name}: Is a directory`);
      else await search.file(name === "-" ? sys.stdin : bytesInput(sys.files.readFile(here(sys, name))), name);
    } catch (error) {
      if ((error as { code?: string }).code === "EPIPE") throw error;
      trouble = true;
      if (!opt.has("s")) await complain(sys, `${name}: ${errorText(error)}`);
    }
    if (search.found && opt.has("q")) return 0;
  }
  return trouble ? 2 : search.found ? 0 : 1;
};

function below(sys: Sys, name: string): string[] {
  const path = here(sys, name);
  if (!sys.files.exists(path) || sys.files.lstat(path).type !== "dir") return [name];
  return sys.files.readdir(path).flatMap((child) => below(sys, name === "." ? child : `${name}/${child}`));
}

class Search {
  found = false;
  readonly #sys: Sys;
  readonly #regex: Regex;
  readonly #opt: ReturnType<typeof options>;
  readonly #named: boolean;
  readonly #colour: boolean;

  constructor(sys: Sys, regex: Regex, opt: ReturnType<typeof options>, named: boolean) {
    this.#sys = sys;
    this.#regex = regex;
    this.#opt = opt;
    this.#named = named;
    const when = opt.value("color") ?? opt.value("colour");
    this.#colour = when === "always" || (when !== "never" && (sys.stdoutTty ?? sys.tty !== undefined));
  }

  async file(input: Input, name: string): Promise<void> {
    const opt = this.#opt;
    const shown = name === "-" ? "(standard input)" : name;
    const reader = Reader.of(input);
    const limit = Number(opt.value("m") ?? Number.POSITIVE_INFINITY);
    const before = Number(opt.value("B") ?? opt.value("C") ?? 0);
    const after = Number(opt.value("A") ?? opt.value("C") ?? 0);
    const context: [number, string][] = [];
    let row = 0;
    let count = 0;
    let owed = 0;
    let last = 0;
    for (let bytes = await reader.until(); bytes && (count < limit || owed > 0); bytes = await reader.until()) {
      row++;
      const line = decode(bytes).replace(/\n$/, "");
      const hit = count < limit && this.#regex.test(line) !== opt.has("v");
      if (hit) {
        count++;
        this.found = true;
        if (opt.has("q")) return;
        if (opt.has("l")) break;
      }
      if (opt.has("c", "l", "L")) continue;
      if (hit) {
        const first = context[0]?.[0] ?? row;
        if ((before || after) && last > 0 && first > last + 1) await this.#sys.stdout.write("--\n");
        for (const [number, text] of context.splice(0)) await this.#print(shown, number, text, "-");
        await this.#print(shown, row, line, ":");
        last = row;
        owed = after;
      } else if (owed > 0) {
        owed--;
        last = row;
        await this.#print(shown, row, line, "-");
      } else if (before > 0) {
        context.push([row, line]);
        if (context.length > before) context.shift();
      }
    }
    if (opt.has("c")) await this.#sys.stdout.write(`${this.#named ? `${shown}:` : ""}${count}\n`);
    if (opt.has("l") && count > 0) await this.#sys.stdout.write(`${shown}\n`);
    if (opt.has("L") && count === 0) await this.#sys.stdout.write(`${shown}\n`);
  }

  async #print(name: string, row: number, line: string, mark: string): Promise<void> {
    const paint = (code: string, text: string) => (this.#colour ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text);
    const separator = paint("36", mark);
    const head = `${this.#named ? paint("35", name) + separator : ""}${this.#opt.has("n") ? paint("32", String(row)) + separator : ""}`;
    if (this.#opt.has("o") && mark === ":") {
      for (const {
        groups: [match],
      } of allMatches(this.#regex, line))
        if (match) await this.#sys.stdout.write(`${head}${paint("01;31", match)}\n`);
      return;
    }
    const text =
      mark === ":" && this.#colour && !this.#opt.has("v")
        ? replaceMatches(this.#regex, line, (match) => (match ? paint("01;31", match) : ""))
        : line;
    await this.#sys.stdout.write(`${head}${text}\n`);
  }
}
