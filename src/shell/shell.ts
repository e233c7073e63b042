/** The executor: runs parsed commands over a `Sys`. One `Shell` is one (sub)shell; `fork` makes the next. */
import type { Sys } from "../api/process";
import { ArithError } from "./arith";
import { assignForNow, assignTo } from "./assign";
import type { AndOr, Assignment, Command, List, Part, Pipeline } from "./ast";
import { startInBackground } from "./background";
import { type Builtin, builtins } from "./builtins";
import { compound } from "./compound";
import {
  ExitError,
  type Fd,
  type Fds,
  Foreground,
  Interrupted,
  type Job,
  LoopError,
  ReturnError,
  write,
} from "./control";
import { ExpansionError, expandString, expandWords, type Surrounding } from "./expand";
import { MAX_DEPTH } from "./limits";
import { parse, parseNext, ShellSyntaxError } from "./parser";
import { redirected } from "./redirect";
import { runProgram } from "./run-program";
import { codeOf, Pipe } from "./streams";
import { commandSubstitution, evaluateIn, processSubstitution } from "./substitution";
import { complainOfSyntax } from "./syntax-error";
import { trace } from "./trace";
import { ForkError, Usage } from "./usage";
import { ReadonlyError, Variables } from "./variables";

export type Dialect = "bash" | "ash" | "dash";

export interface ShellOptions {
  readonly dialect?: Dialect;
  /** `$0`. */
  readonly name?: string;
  readonly interactive?: boolean;
  readonly params?: readonly string[];
  readonly openEditor?: (path: string) => void;
  /** What is used together with the shell that this one is forked from. */
  readonly usage?: Usage;
}

export interface Function {
  readonly body: Command;
  readonly source: string;
}

export class Shell implements Surrounding {
  readonly sys: Sys;
  readonly dialect: Dialect;
  vars = new Variables();
  functions = new Map<string, Function>();
  aliases = new Map<string, string>();
  options = new Set<string>();
  traps = new Map<string, string>();
  params: string[];
  name: string;
  interactive: boolean;
  cwd: string;
  status = 0;
  lastBackground = 0;
  line = 1;
  jobs: Job[] = [];
  history: string[] = [];
  dirs: string[] = [];
  foreground = new Foreground();
  loopDepth = 0;
  sourceDepth = 0;
  openEditor: ((path: string) => void) | undefined;
  /** Signals waiting for their trap. */
  pending: string[] = [];
  /** The line number is not shown for `sh -c` by ash. */
  fromScript = false;
  /** It is a process's whole program, which `exec` replaces; a subshell is not, and runs what it execs as a child. */
  replaceable = false;
  #depth = 0;
  readonly usage: Usage;
  #quiet = 0;
  /** `<(...)` so far: each has a file of its own. */
  processSubstitutions = 0;
  #substitutionStatus: number | undefined;
  readonly started: number;

  constructor(sys: Sys, options: ShellOptions = {}) {
    this.sys = sys;
    this.usage = options.usage ?? new Usage();
    this.dialect = options.dialect ?? "bash";
    this.name = options.name ?? this.dialect;
    this.interactive = options.interactive ?? false;
    this.params = [...(options.params ?? [])];
    this.openEditor = options.openEditor;
    this.cwd = sys.cwd;
    this.started = sys.clock.now();
    for (const [name, value] of Object.entries(sys.env)) if (/^[A-Za-z_]\w*$/.test(name)) this.vars.export(name, value);
    this.vars.set("IFS", " \t\n");
    this.vars.set("OPTIND", "1");
    this.vars.export("PWD", this.cwd);
    if (this.vars.get("PATH") === undefined)
      this.vars.set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    if (this.bash) {
      this.vars.set("BASH_VERSION", "5.2.15(1)-release");
      this.vars.export("SHLVL", String(Number(sys.env.SHLVL ?? 0) + 1));
      this.vars.set("HOSTNAME", sys.hostname);
      this.vars.set("UID", String(sys.user.uid));
      this.vars.set("EUID", String(sys.user.uid));
    }
    this.vars.computed = (name) => this.#computed(name);
    this.vars.grow = (characters) => this.usage.grow(characters);
  }

  get bash(): boolean {
    return this.dialect === "bash";
  }
  get files() {
    return this.sys.files;
  }

  #computed(name: string): string | undefined {
    if (name === "RANDOM") return String(Math.floor(this.sys.random() * 32768));
    if (name === "SECONDS") return String(Math.floor((this.sys.clock.now() - this.started) / 1000));
    if (name === "EPOCHSECONDS" && this.bash) return String(Math.floor(this.sys.clock.now() / 1000));
    if (name === "LINENO") return String(this.line);
    return undefined;
  }

  fork(): Shell {
    const copy = new Shell(this.sys, { dialect: this.dialect, name: this.name, usage: this.usage });
    copy.vars = this.vars.clone();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.options = new Set(this.options);
    copy.params = [...this.params];
    copy.cwd = this.cwd;
    copy.status = this.status;
    copy.lastBackground = this.lastBackground;
    copy.line = this.line;
    copy.foreground = this.foreground;
    copy.history = this.history;
    copy.fromScript = this.fromScript;
    copy.interactive = this.interactive;
    copy.openEditor = this.openEditor;
    copy.#depth = this.#depth + 1;
    copy.#quiet = this.#quiet;
    copy.loopDepth = this.loopDepth;
    if (copy.#depth > MAX_DEPTH) throw new ExpansionError("maximum nesting level exceeded");
    return copy;
  }

  option(name: string): boolean {
    return this.options.has(name);
  }

  special(name: string): string | undefined {
    if (name === "?") return String(this.status);
    if (name === "$") return String(this.sys.pid);
    if (name === "!") return this.lastBackground ? String(this.lastBackground) : "";
    if (name === "#") return String(this.params.length);
    if (name === "0") return this.name;
    if (name === "-")
      return `${this.options.has("errexit") ? "e" : ""}h${this.interactive ? "i" : ""}${this.bash ? "B" : ""}`;
    return undefined;
  }

  /** How a message begins: `bash: `, `x.sh: line 3: `, `sh: 1: `. */
  where(builtin?: string): string {
    const as = builtin ? `${builtin}: ` : "";
    if (this.bash) return this.interactive ? `${this.name}: ${as}` : `${this.name}: line ${this.line}: ${as}`;
    if (this.dialect === "dash") return `${this.name}: ${this.line}: ${as}`;
    if (this.interactive) return `${this.name}: ${as}`;
    if (this.fromScript) return `${this.name}: ${builtin ? `${as}line ${this.line}: ` : `line ${this.line}: `}`;
    return `${this.name}: ${as}line 0: `;
  }

  async complain(fds: Fds, message: string, builtin?: string): Promise<void> {
    if (this.bash || this.dialect === "dash") return void (await write(fds, 2, `${this.where(builtin)}${message}\n`));
    // busybox writes piece by piece, which shows where each write is coloured by itself, as in a build.
    for (const piece of [...this.where(builtin).split(/(?<=: )/), message, "\n"]) await write(fds, 2, piece);
  }

  // ---- running text

  /** Runs a script text; commands before a syntax error run, as bash reads. */
  async runScript(source: string, fds: Fds, options: { label?: string; firstLine?: number } = {}): Promise<number> {
    let at = 0;
    let line = options.firstLine ?? 1;
    for (;;) {
      let next: ReturnType<typeof parseNext>;
      try {
        next = parseNext(source, at, line);
      } catch (error) {
        if (!(error instanceof ShellSyntaxError)) throw error;
        await complainOfSyntax(this, error, source, fds, options.label);
        this.status = 2;
        return 2;
      }
      if (!next) return this.status;
      await this.list(next.list, fds);
      at = next.next;
      line = next.line;
    }
  }

  async list(list: List, fds: Fds): Promise<number> {
    for (const item of list) {
      if (item.background) await startInBackground(this, item, fds);
      else await this.andOr(item, fds);
    }
    return this.status;
  }

  async andOr(item: AndOr, fds: Fds): Promise<void> {
    let last = item.rest.length === 0;
    await this.#pipelineQuietly(item.first, fds, !last);
    let errexit = last && !item.first.bang;
    for (let i = 0; i < item.rest.length; i++) {
      const { op, pipeline } = item.rest[i] as (typeof item.rest)[number];
      last = i === item.rest.length - 1;
      if ((op === "&&") !== (this.status === 0)) {
        errexit = false;
        continue;
      }
      await this.#pipelineQuietly(pipeline, fds, !last);
      errexit = last && !pipeline.bang;
    }
    if (errexit && this.status !== 0) await this.#failed(fds);
  }

  async #failed(fds: Fds): Promise<void> {
    if (this.#quiet > 0) return;
    const trap = this.traps.get("ERR");
    if (trap) await this.#trap(trap, fds);
    if (this.options.has("errexit")) throw new ExitError(this.status);
  }

  async #pipelineQuietly(pipeline: Pipeline, fds: Fds, quiet: boolean): Promise<void> {
    if (quiet || pipeline.bang) this.#quiet++;
    try {
      await this.#pipeline(pipeline, fds);
    } finally {
      if (quiet || pipeline.bang) this.#quiet--;
    }
  }

  /** Whether a list succeeds; its failure ends nothing. */
  async test(list: List, fds: Fds): Promise<boolean> {
    this.#quiet++;
    try {
      return (await this.list(list, fds)) === 0;
    } finally {
      this.#quiet--;
    }
  }

  async #pipeline(pipeline: Pipeline, fds: Fds): Promise<void> {
    const began = this.sys.clock.now();
    const { commands } = pipeline;
    const only = commands.length === 1 ? commands[0] : undefined;
    if (only) {
      this.status = await this.command(only, fds);
      if (only.t === "simple") this.vars.setArray("PIPESTATUS", new Map([["0", String(this.status)]]));
    } else if (commands.length > 1) {
      const statuses = await this.#stages(commands, fds);
      this.vars.setArray("PIPESTATUS", new Map(statuses.map((status, i) => [String(i), String(status)])));
      this.status = statuses.at(-1) ?? 0;
      if (this.options.has("pipefail")) this.status = statuses.findLast((status) => status !== 0) ?? 0;
    }
    if (pipeline.bang) this.status = this.status === 0 ? 1 : 0;
    if (!pipeline.timed) return;
    const seconds = (this.sys.clock.now() - began) / 1000;
    const shown = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
    await write(fds, 2, `\nreal\t${shown}\nuser\t0m0.000s\nsys\t0m0.000s\n`);
  }

  #stages(commands: readonly Command[], fds: Fds): Promise<number[]> {
    let before: Pipe | undefined;
    return Promise.all(
      commands.map((command, i) => {
        const input = before;
        const output = i < commands.length - 1 ? new Pipe() : undefined;
        before = output;
        const own = new Map(fds);
        if (input) own.set(0, { input });
        if (output) own.set(1, { output });
        const shell = this.fork();
        return shell
          .subshell(() => shell.command(command, own))
          .finally(() => {
            output?.closeWrite();
            input?.closeRead();
          });
      }),
    );
  }

  /** Runs work of a forked shell: `exit` and failures end only it. An interruption goes on upwards. */
  async subshell(work: () => Promise<number>): Promise<number> {
    try {
      const status = await this.usage.live(work);
      return await this.exitTrap(status);
    } catch (error) {
      if (error instanceof ExitError) return this.exitTrap(error.status);
      if (error instanceof LoopError) return 0;
      if (codeOf(error) === "EPIPE") return 141;
      throw error;
    } finally {
      this.vars.drop();
    }
  }

  exitFds: Fds = new Map();
  async exitTrap(status: number): Promise<number> {
    const trap = this.traps.get("EXIT");
    if (!trap) return status;
    this.traps.delete("EXIT");
    this.status = status;
    try {
      await this.runScript(trap, this.exitFds);
      return status;
    } catch (error) {
      if (error instanceof ExitError) return error.status;
      throw error;
    }
  }

  /** Lets others run, and stops here when Ctrl-C or a kill came. */
  async tick(fds: Fds): Promise<void> {
    await this.usage.turn();
    if (this.sys.killed.aborted) throw new ExitError(137);
    if (this.foreground.abort.signal.aborted) throw new Interrupted();
    while (this.pending.length > 0) {
      const trap = this.traps.get(this.pending.shift() as string);
      if (trap) await this.#trap(trap, fds);
    }
  }

  async #trap(source: string, fds: Fds): Promise<void> {
    const status = this.status;
    await this.runScript(source, fds);
    this.status = status;
  }

  // ---- commands

  async command(command: Command, fds: Fds): Promise<number> {
    this.line = command.line;
    await this.tick(fds);
    try {
      if (command.t === "simple") return await this.#simple(command, fds);
      const own = await redirected(this, command.redirects, fds);
      if (!own) return 1;
      return await compound(this, command, own);
    } catch (error) {
      if (error instanceof ArithError) {
        await this.complain(fds, command.t === "arith" ? `((: ${error.message}` : error.message);
        if (command.t !== "arith" && !this.interactive) throw new ExitError(this.bash ? 1 : 2);
        return 1;
      }
      if (error instanceof ReadonlyError || error instanceof ExpansionError) {
        await this.complain(fds, error.message);
        if (!this.interactive) throw new ExitError(!this.bash ? 2 : error instanceof ExpansionError ? 127 : 1);
        return 1;
      }
      if (error instanceof ForkError) {
        await write(fds, 2, `${this.name}: ${error.message}\n`);
        return 254;
      }
      throw error;
    }
  }

  async #simple(command: Command & { t: "simple" }, fds: Fds): Promise<number> {
    this.#substitutionStatus = undefined;
    const aliased = this.#alias(command);
    if (aliased !== undefined) {
      const [first] = parse(aliased, command.line);
      const only = first?.first.commands.length === 1 && first.rest.length === 0 ? first.first.commands[0] : undefined;
      if (only?.t === "simple") {
        const joined = { ...only, words: [...only.words, ...command.words.slice(1)], redirects: command.redirects };
        return this.#invoke(joined, fds);
      }
    }
    return this.#invoke(command, fds);
  }

  #alias(command: Command & { t: "simple" }): string | undefined {
    if (this.aliases.size === 0 || !this.interactive) return undefined;
    const part = command.words[0]?.length === 1 ? command.words[0][0] : undefined;
    return part?.t === "lit" ? this.aliases.get(part.v) : undefined;
  }

  async #invoke(command: Command & { t: "simple" }, fds: Fds): Promise<number> {
    const plain = command.words.filter((word) => word[0]?.t !== "assign");
    const declared = command.words.flatMap((word) => (word[0]?.t === "assign" ? [word[0].assign] : []));
    const argv = await expandWords(plain, this);
    const own = await redirected(this, command.redirects, fds);
    if (!own) return 1;
    const name = argv[0];
    if (name === undefined) {
      for (const assign of command.assigns) await this.assign(assign);
      await trace(this, command.assigns, [], fds);
      return this.#substitutionStatus ?? 0;
    }
    const builtin = this.functions.has(name) ? undefined : this.builtin(name);
    const undo = await assignForNow(this, command.assigns, name === "exec" && argv.length === 1);
    await trace(this, command.assigns, argv, fds);
    try {
      if (builtin) return await this.#builtin(builtin, name, argv, declared, own, fds);
      const extra = await Promise.all(declared.map((assign) => this.#assignText(assign)));
      return await this.dispatch([...argv, ...extra], own);
    } finally {
      undo();
    }
  }

  builtin(name: string): Builtin | undefined {
    return Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  }

  async #assignText(assign: Assignment): Promise<string> {
    return `${assign.name}=${await expandString(assign.value, this)}`;
  }

  async #builtin(
    builtin: Builtin,
    name: string,
    argv: readonly string[],
    declared: readonly Assignment[],
    own: Fds,
    fds: Fds,
  ) {
    if (name === "exec" && argv.length === 1) {
      // Redirections of a bare `exec` stay: the table is shared by all of this shell's commands.
      for (const [fd, stream] of own) (fds as Map<number, Fd>).set(fd, stream);
      return 0;
    }
    try {
      return await builtin({ shell: this, argv, args: argv.slice(1), declared, fds: own });
    } catch (error) {
      if (codeOf(error) === "EPIPE") return 141;
      if (codeOf(error) !== "ENOSPC") throw error;
      await this.complain(fds, `${name}: write error: No space left on device`);
      return 1;
    }
  }

  /** Runs a function, else a builtin, else a program. */
  async dispatch(argv: readonly string[], fds: Fds, noFunctions = false): Promise<number> {
    const name = argv[0] as string;
    const fn = noFunctions ? undefined : this.functions.get(name);
    if (fn) return this.#call(fn, argv, fds);
    const builtin = this.builtin(name);
    if (builtin) return builtin({ shell: this, argv, args: argv.slice(1), declared: [], fds });
    return this.program(argv, fds);
  }

  async #call(fn: Function, argv: readonly string[], fds: Fds): Promise<number> {
    if (this.#depth >= MAX_DEPTH * 5)
      throw new ExpansionError(`${argv[0]}: maximum function nesting level exceeded (${MAX_DEPTH * 5})`);
    const { params, loopDepth } = this;
    this.params = argv.slice(1);
    this.loopDepth = 0;
    this.#depth++;
    this.vars.enter();
    try {
      return await this.command(fn.body, fds);
    } catch (error) {
      if (error instanceof ReturnError) return error.status;
      throw error;
    } finally {
      this.vars.leave();
      this.#depth--;
      this.params = params;
      this.loopDepth = loopDepth;
    }
  }

  program(argv: readonly string[], fds: Fds): Promise<number> {
    return runProgram(this, argv, fds);
  }

  // ---- expansion's needs

  /** The streams `$(...)` inherits. */
  currentFds: Fds = new Map();

  async substitute(part: Part & { t: "cmd" }): Promise<string> {
    const { text, status } = await commandSubstitution(this, part);
    if (status !== undefined) {
      this.#substitutionStatus = status;
      this.status = status;
    }
    return text;
  }

  process(part: Part & { t: "proc" }): Promise<string> {
    return processSubstitution(this, part);
  }

  arithmetic(text: string): bigint {
    return evaluateIn(this, text);
  }

  assign(assign: Assignment): Promise<void> {
    return assignTo(this, assign);
  }
}
