/** A shell that lives over many lines: what a terminal and the exec endpoint talk to. */
import type { Input, Output, Sys } from "../api/process";
import { ExitError, type Fd, Foreground, Interrupted, LoopError } from "./control";
import { MAX_HISTORY, MAX_SAVED_STATE, MAX_SAVED_VALUE } from "./limits";
import { parse, ShellSyntaxError } from "./parser";
import { Shell, type ShellOptions } from "./shell";
import { codeOf, Reader } from "./streams";
import { asOutOfMemory } from "./usage";
import { lengthOf } from "./variables";

export interface ShellIo {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The streams are the terminal of the session's `Sys`. */
  readonly tty?: boolean;
}

/** What survives between two lives of a session; JSON. */
export interface ShellState {
  readonly cwd: string;
  readonly variables: Readonly<
    Record<string, { value: string; exported: boolean; items?: [string, string][]; associative?: boolean }>
  >;
  readonly functions: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly history: readonly string[];
}

export class ShellSession {
  readonly shell: Shell;
  /** Set after `exit`: the status the session ended with. */
  exited: number | undefined;

  constructor(sys: Sys, options: ShellOptions = {}) {
    this.shell = new Shell(sys, { interactive: true, ...options });
  }

  get cwd(): string {
    return this.shell.cwd;
  }

  get env(): Record<string, string> {
    return this.shell.vars.environment();
  }

  get status(): number {
    return this.shell.status;
  }

  /** True when the text is the beginning of a command: more lines are needed. */
  incomplete(text: string): boolean {
    try {
      parse(text);
      return /(^|[^\\])(\\\\)*\\$/.test(text) || openHereDocument(text);
    } catch (error) {
      return error instanceof ShellSyntaxError && error.incomplete;
    }
  }

  /** Runs a text to its end; resolves with the status. 130 after `interrupt`. */
  async run(text: string, io: ShellIo): Promise<number> {
    const { shell } = this;
    const tty = io.tty ?? false;
    const fds = new Map<number, Fd>([
      [0, { input: Reader.of(io.stdin), tty }],
      [1, { output: io.stdout, tty }],
      [2, { output: io.stderr, tty }],
    ]);
    shell.foreground = new Foreground();
    shell.usage.begin();
    if (text.trim() !== "" && shell.interactive) this.remember(text);
    try {
      await shell.runScript(text, fds);
    } catch (error) {
      if (error instanceof ExitError) {
        shell.exitFds = fds;
        shell.status = this.exited = await shell.exitTrap(error.status);
      } else if (error instanceof Interrupted) shell.status = 130;
      else if (error instanceof LoopError) shell.status = 0;
      else if (codeOf(error) === "EPIPE") shell.status = 141;
      else shell.status = await this.#outOfMemory(error, io);
    }
    return shell.status;
  }

  /** A real shell would be gone now; this one gives up the line. */
  async #outOfMemory(error: unknown, io: ShellIo): Promise<number> {
    const why = asOutOfMemory(error);
    if (!why) throw error;
    await io.stderr.write(`${this.shell.name}: ${why.message}\n`);
    return 2;
  }

  /** Ctrl-C for what runs in the foreground. */
  interrupt(): void {
    this.shell.foreground.kill("SIGINT");
  }

  /** The terminal is gone: ends the foreground and all jobs. */
  hangup(): void {
    this.shell.foreground.kill("SIGHUP");
    for (const job of this.shell.jobs) job.foreground.kill("SIGHUP");
  }

  remember(text: string): void {
    const { history } = this.shell;
    const line = text.replace(/\n+$/, "");
    if (line.length > MAX_SAVED_VALUE) return;
    if (history.at(-1) !== line) history.push(line);
    if (history.length > MAX_HISTORY) history.shift();
  }

  /** What is too large to keep is left out, the oldest history first. */
  save(): ShellState {
    const { vars, functions, aliases, history, cwd } = this.shell;
    let left = MAX_SAVED_STATE;
    const fits = (length: number): boolean => {
      if (length > MAX_SAVED_VALUE || length > left) return false;
      left -= length;
      return true;
    };
    const variables: Record<string, ShellState["variables"][string]> = {};
    for (const name of vars.names()) {
      const v = vars.find(name);
      if (!v || v.unset || v.readonly || !fits(name.length + lengthOf(v))) continue;
      variables[name] = {
        value: v.value,
        exported: v.exported,
        ...(v.items ? { items: [...v.items] } : {}),
        ...(v.associative ? { associative: true } : {}),
      };
    }
    return {
      cwd,
      variables,
      functions: Object.fromEntries(
        [...functions].filter(([, fn]) => fits(fn.source.length)).map(([name, fn]) => [name, fn.source]),
      ),
      aliases: Object.fromEntries([...aliases].filter(([, value]) => fits(value.length))),
      history: history
        .toReversed()
        .filter((line) => fits(line.length))
        .reverse(),
    };
  }

  restore(state: ShellState): void {
    const { shell } = this;
    shell.cwd = state.cwd;
    for (const [name, saved] of Object.entries(state.variables)) {
      const variable = shell.vars.declare(name);
      variable.value = saved.value;
      variable.exported = saved.exported;
      variable.unset = false;
      if (saved.items) variable.items = new Map(saved.items);
      if (saved.associative) variable.associative = true;
    }
    for (const [name, source] of Object.entries(state.functions)) {
      const command = parse(source)[0]?.first.commands[0];
      if (command?.t === "function") shell.functions.set(name, { body: command.body, source });
    }
    for (const [name, value] of Object.entries(state.aliases)) shell.aliases.set(name, value);
    shell.history.splice(0, shell.history.length, ...state.history);
  }
}

function openHereDocument(text: string): boolean {
  const match = /<<-?\s*(['"]?)([A-Za-z_]\w*)\1/.exec(text.replace(/<<<.*/g, ""));
  if (!match) return false;
  return !text
    .split("\n")
    .slice(1)
    .some((line) => line.replace(/^\t+/, "") === match[2]);
}
