/** The interactive loop: prompt, a line editor in the manner of readline, run, again. The echo is made here. */
import type { Input, Output, Sys, Tty } from "../api/process";
import { jobLines } from "./builtins";
import { absolute, dirname } from "./paths";
import type { ShellSession } from "./session";
import { decode, Reader } from "./streams";

export interface Completion {
  /** Replacements for the word before the cursor. */
  readonly words: readonly string[];
}

export interface InteractiveOptions {
  readonly prompt: () => string;
  /** Asked first; undefined leaves it to files and program names. */
  readonly complete?: (line: string, cursor: number) => Completion | undefined | Promise<Completion | undefined>;
}

interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly tty?: Tty;
}

/** Reads and runs lines until `exit` or the end of input; resolves with the exit status. */
export async function interactive(
  session: ShellSession,
  streams: Streams | Sys,
  options: InteractiveOptions,
): Promise<number> {
  const { tty } = streams;
  const stdin = Reader.of(streams.stdin);
  const editor = new LineEditor(stdin, streams.stdout, tty, session, options);
  for (;;) {
    for (const line of jobLines(session.shell, true)) await streams.stdout.write(`${line}\n`);
    tty?.setRaw(true);
    let text = await editor.line(options.prompt());
    while (typeof text === "string" && session.incomplete(text)) {
      const more = await editor.line(session.shell.vars.get("PS2") ?? "> ");
      if (typeof more !== "string") {
        text = more;
        break;
      }
      text += `\n${more}`;
    }
    tty?.setRaw(false);
    if (text === undefined) {
      await streams.stdout.write(session.shell.bash ? "exit\n" : "\n");
      return session.status;
    }
    if (text === null) {
      session.shell.status = 130;
      continue;
    }
    const undo = "onSignal" in streams ? streams.onSignal("SIGINT", () => session.interrupt()) : undefined;
    await session.run(text, { stdin, stdout: streams.stdout, stderr: streams.stderr, tty: true });
    undo?.();
    if (session.status === 130) await streams.stdout.write("\n");
    if (session.exited !== undefined) return session.exited;
  }
}

/** Columns a character takes: 2 for CJK and emoji, 0 for combining marks. */
export function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if ((code >= 0x300 && code < 0x370) || code === 0x200b || code === 0x200d || (code >= 0xfe00 && code < 0xfe10))
    return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

const widthOf = (text: string) =>
  [...text.replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07/g, "")].reduce((sum, c) => sum + charWidth(c), 0);

/** Cuts typed bytes into keys: characters, control characters, escape sequences. */
export function keysOf(text: string): string[] {
  return text.match(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO[A-Z]|\x1b[\s\S]|[\s\S]/gu) ?? [];
}

class LineEditor {
  readonly #stdin: Reader;
  readonly #stdout: Output;
  readonly #tty: Tty | undefined;
  readonly #session: ShellSession;
  readonly #options: InteractiveOptions;
  #chars: string[] = [];
  #cursor = 0;
  #prompt = "";
  #row = 0;
  #cut = "";
  #historyAt = 0;
  #draft = "";
  #pasting = false;
  #search: string | undefined;
  #tabbed = false;
  #cutting = false;
  #cutNow = false;

  constructor(stdin: Reader, stdout: Output, tty: Tty | undefined, session: ShellSession, options: InteractiveOptions) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#tty = tty;
    this.#session = session;
    this.#options = options;
    tty?.onResize(() => void this.#draw());
  }

  /** One line; undefined at the end of input, null when Ctrl-C dropped it. */
  async line(prompt: string): Promise<string | undefined | null> {
    const first = prompt.split("\n");
    this.#prompt = first.pop() ?? "";
    if (first.length > 0) await this.#write(`${first.join("\n")}\n`);
    this.#set("");
    this.#row = 0;
    this.#historyAt = this.#session.shell.history.length;
    await this.#draw();
    for (;;) {
      const bytes = await this.#stdin.read();
      if (!bytes) return undefined;
      const keys = keysOf(decode(bytes));
      for (let i = 0; i < keys.length; i++) {
        const result = await this.#key(keys[i] as string);
        if (result === "more") continue;
        this.#stdin.unread(new TextEncoder().encode(keys.slice(i + 1).join("")));
        return result.value;
      }
      await this.#draw();
    }
  }

  #write(text: string): Promise<void> {
    // Raw mode has no output processing of its own here: the pty turns newlines into CR LF.
    return this.#stdout.write(text);
  }

  #set(text: string): void {
    this.#chars = [...text];
    this.#cursor = this.#chars.length;
  }

  async #draw(): Promise<void> {
    const columns = Math.max(2, this.#tty?.columns ?? 80);
    const label = this.#search === undefined ? this.#prompt : `(reverse-i-search)\`${this.#search}': `;
    const text = this.#chars.join("");
    const before = widthOf(label) + widthOf(this.#chars.slice(0, this.#cursor).join(""));
    const total = widthOf(label) + widthOf(text);
    let out = `${this.#row > 0 ? `\x1b[${this.#row}A` : ""}\r\x1b[J${label}${text.replaceAll("\n", "\u21b5")}`;
    if (total > 0 && total % columns === 0) out += " \b";
    const lastRow = Math.floor(total / columns);
    this.#row = Math.floor(before / columns);
    if (lastRow > this.#row) out += `\x1b[${lastRow - this.#row}A`;
    out += `\r${before % columns > 0 ? `\x1b[${before % columns}C` : ""}`;
    await this.#write(out);
  }

  async #finish(value: string | undefined | null, echo: string): Promise<{ value: string | undefined | null }> {
    this.#search = undefined;
    this.#cursor = this.#chars.length;
    await this.#draw();
    await this.#write(`${echo}${value === undefined ? "" : "\n"}`);
    return { value };
  }

  async #key(key: string): Promise<"more" | { value: string | undefined | null }> {
    const tabbed = this.#tabbed;
    this.#tabbed = false;
    if (key === "\x1b[200~" || key === "\x1b[201~") {
      this.#pasting = key === "\x1b[200~";
      return "more";
    }
    if (key === "\r" || key === "\n") return this.#finish(this.#chars.join(""), "");
    if (key === "\x03") return this.#finish(null, "^C");
    if (key === "\x04" && this.#chars.length === 0) return this.#finish(undefined, "");
    if (key === "\t" && !this.#pasting) await this.#complete(tabbed);
    else if (this.#search !== undefined && this.#searchKey(key)) return "more";
    else this.#edit(key);
    return "more";
  }

  #edit(key: string): void {
    const actions: Record<string, () => void> = {
      "\x01": () => this.#move(0),
      "\x1b[H": () => this.#move(0),
      "\x1bOH": () => this.#move(0),
      "\x1b[1~": () => this.#move(0),
      "\x05": () => this.#move(this.#chars.length),
      "\x1b[F": () => this.#move(this.#chars.length),
      "\x1bOF": () => this.#move(this.#chars.length),
      "\x1b[4~": () => this.#move(this.#chars.length),
      "\x02": () => this.#move(this.#cursor - 1),
      "\x1b[D": () => this.#move(this.#cursor - 1),
      "\x1bOD": () => this.#move(this.#cursor - 1),
      "\x06": () => this.#move(this.#cursor + 1),
      "\x1b[C": () => this.#move(this.#cursor + 1),
      "\x1bOC": () => this.#move(this.#cursor + 1),
      "\x1bb": () => this.#move(this.#wordStart()),
      "\x1b[1;5D": () => this.#move(this.#wordStart()),
      "\x1bf": () => this.#move(this.#wordEnd()),
      "\x1b[1;5C": () => this.#move(this.#wordEnd()),
      "\x7f": () => this.#remove(this.#cursor - 1, this.#cursor, false),
      "\b": () => this.#remove(this.#cursor - 1, this.#cursor, false),
      "\x04": () => this.#remove(this.#cursor, this.#cursor + 1, false),
      "\x1b[3~": () => this.#remove(this.#cursor, this.#cursor + 1, false),
      "\x0b": () => this.#remove(this.#cursor, this.#chars.length, true),
      "\x15": () => this.#remove(0, this.#cursor, true),
      "\x17": () => this.#remove(this.#wordStart(/\s/), this.#cursor, true),
      "\x1b\x7f": () => this.#remove(this.#wordStart(), this.#cursor, true),
      "\x1bd": () => this.#remove(this.#cursor, this.#wordEnd(), true),
      "\x19": () => this.#insert(this.#cut),
      "\x10": () => this.#recall(-1),
      "\x1b[A": () => this.#recall(-1),
      "\x1bOA": () => this.#recall(-1),
      "\x0e": () => this.#recall(1),
      "\x1b[B": () => this.#recall(1),
      "\x1bOB": () => this.#recall(1),
      "\x0c": () => {
        this.#row = 0;
        void this.#write("\x1b[H\x1b[2J");
      },
      "\x12": () => {
        this.#search = "";
      },
    };
    const action = actions[key];
    this.#cutNow = false;
    if (action) action();
    else if (key >= " " || key === "\t") this.#insert(key);
    this.#cutting = this.#cutNow;
  }

  #move(to: number): void {
    this.#cursor = Math.max(0, Math.min(this.#chars.length, to));
  }

  #insert(text: string): void {
    const chars = [...text];
    this.#chars.splice(this.#cursor, 0, ...chars);
    this.#cursor += chars.length;
  }

  #remove(from: number, to: number, keep: boolean): void {
    if (from < 0) return;
    const before = this.#cursor;
    const cut = this.#chars.splice(from, to - from);
    if (keep) {
      // Cuts in a row add up, as in readline: before or after what was cut.
      const text = cut.join("");
      this.#cut = !this.#cutting ? text : to <= before ? text + this.#cut : this.#cut + text;
      this.#cutting = true;
      this.#cutNow = true;
    }
    this.#cursor = from;
  }

  #wordStart(gap = /[^\p{L}\p{N}]/u): number {
    let at = this.#cursor;
    while (at > 0 && gap.test(this.#chars[at - 1] as string)) at--;
    while (at > 0 && !gap.test(this.#chars[at - 1] as string)) at--;
    return at;
  }

  #wordEnd(): number {
    const gap = /[^\p{L}\p{N}]/u;
    let at = this.#cursor;
    while (at < this.#chars.length && gap.test(this.#chars[at] as string)) at++;
    while (at < this.#chars.length && !gap.test(this.#chars[at] as string)) at++;
    return at;
  }

  #recall(step: number): void {
    const { history } = this.#session.shell;
    const to = this.#historyAt + step;
    if (to < 0 || to > history.length) return;
    if (this.#historyAt === history.length) this.#draft = this.#chars.join("");
    this.#historyAt = to;
    this.#set(history[to] ?? this.#draft);
  }

  /** Ctrl-R: true when the key belonged to the search. */
  #searchKey(key: string): boolean {
    const again = key === "\x12";
    if (key === "\x7f") this.#search = this.#search?.slice(0, -1);
    else if (key >= " " && key !== "\x7f") this.#search += key;
    else if (!again) {
      this.#search = undefined;
      return key === "\x07" || key === "\x1b";
    }
    const { history } = this.#session.shell;
    for (let i = again ? this.#historyAt - 1 : history.length - 1; i >= 0; i--) {
      if (!history[i]?.includes(this.#search ?? "")) continue;
      this.#historyAt = i;
      this.#set(history[i] as string);
      break;
    }
    return true;
  }

  async #complete(second: boolean): Promise<void> {
    const line = this.#chars.slice(0, this.#cursor).join("");
    const asked = await this.#options.complete?.(line, line.length);
    const word = /[^\s;&|<>()]*$/.exec(line)?.[0] ?? "";
    const words = asked?.words ?? completions(this.#session, line, word);
    if (words.length === 0) return;
    let common = words[0] as string;
    for (const candidate of words) while (!candidate.startsWith(common)) common = common.slice(0, -1);
    if (common.length > word.length) {
      this.#remove(this.#cursor - [...word].length, this.#cursor, false);
      this.#insert(words.length === 1 && !/[/=]$/.test(common) ? `${common} ` : common);
    } else if (words.length === 1 && !word.endsWith("/")) this.#insert(" ");
    else if (second && words.length > 1) await this.#show(words);
    else this.#tabbed = true;
  }

  async #show(words: readonly string[]): Promise<void> {
    const names = words.map((word) => word.replace(/^.*\/(?=.)/, ""));
    const width = Math.max(...names.map(widthOf)) + 2;
    const perRow = Math.max(1, Math.floor((this.#tty?.columns ?? 80) / width));
    const rows = Math.ceil(names.length / perRow);
    let text = "\n";
    for (let r = 0; r < rows; r++) {
      for (let c = r; c < names.length; c += rows) text += (names[c] as string).padEnd(width);
      text = `${text.trimEnd()}\n`;
    }
    this.#row = 0;
    await this.#write(text);
  }
}

/** File names, and at the start of a command program names. */
export function completions(session: ShellSession, line: string, word: string): string[] {
  const { shell } = session;
  const first = /(^|[;&|(]|\$\()\s*$/.test(line.slice(0, line.length - word.length));
  if (first && !word.includes("/")) return programs(session, word);
  const slash = word.lastIndexOf("/");
  const folder = word.slice(0, slash + 1);
  const start = word.slice(slash + 1);
  const real = absolute(shell.cwd, folder.replace(/^~(?=\/)/, shell.vars.get("HOME") ?? "/root") || ".");
  try {
    return shell.files
      .readdir(real)
      .filter((name) => name.startsWith(start) && (start !== "" || !name.startsWith(".")))
      .map((name) => `${folder}${name}${isFolder(session, `${real}/${name}`) ? "/" : ""}`);
  } catch {
    return [];
  }
}

function isFolder(session: ShellSession, path: string): boolean {
  try {
    return session.shell.files.stat(absolute("/", path)).type === "dir";
  } catch {
    return false;
  }
}

function programs(session: ShellSession, word: string): string[] {
  const { shell } = session;
  const names = new Set([
    ...shell.functions.keys(),
    ...shell.aliases.keys(),
    "cd",
    "export",
    "exit",
    "history",
    "source",
    "unset",
    "type",
  ]);
  for (const folder of (shell.vars.get("PATH") ?? "").split(":")) {
    try {
      for (const name of shell.files.readdir(absolute(shell.cwd, folder || dirname(".")))) names.add(name);
    } catch {
      // A folder of PATH that is not there.
    }
  }
  return [...names].filter((name) => name.startsWith(word)).sort();
}
