/** The commands that run inside the shell. Each is a small function of its call. */
import type { SignalName } from "../api/process";
import type { Assignment } from "./ast";
import { absolute, findProgram } from "./paths";
import { echoEscapes, formatPrintf } from "./printf";
import { ExitError, type Fds, type Job, LoopError, ReturnError, readerOf, type Shell, write } from "./shell";
import { decode } from "./streams";
import { TestError, testExpression } from "./test-expression";
import { ReadonlyError } from "./variables";

export interface Call {
  readonly shell: Shell;
  readonly argv: readonly string[];
  readonly args: readonly string[];
  /** Assignments among the arguments of a declaring builtin. */
  readonly declared: readonly Assignment[];
  readonly fds: Fds;
}
export type Builtin = (call: Call) => Promise<number>;

const out = (call: Call, text: string) => write(call.fds, 1, text);
async function printed(call: Call, text: string): Promise<number> {
  await out(call, text);
  return 0;
}
async function fail(call: Call, message: string, status = 1): Promise<number> {
  await call.shell.complain(call.fds, message, call.argv[0]);
  return status;
}
const numeric = (text: string | undefined) => text !== undefined && /^[-+]?\d+$/.test(text);
const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const double = (text: string) => `"${text.replace(/["\\$`]/g, "\\$&")}"`;

async function cd(call: Call): Promise<number> {
  const { shell } = call;
  const args = call.args.filter((arg) => !/^-[LPe@]$/.test(arg) && arg !== "--");
  if (args.length > 1 && shell.bash) return fail(call, "too many arguments");
  let target = args[0] ?? shell.vars.get("HOME");
  if (target === undefined) return fail(call, "HOME not set");
  const back = target === "-";
  if (back) {
    target = shell.vars.get("OLDPWD");
    if (target === undefined) return fail(call, "OLDPWD not set");
  }
  const path = absolute(shell.cwd, target);
  try {
    if (shell.files.stat(path).type !== "dir")
      return fail(
        call,
        shell.bash ? `${target}: Not a directory` : `can't cd to ${target}: Not a directory`,
        shell.bash ? 1 : 2,
      );
  } catch {
    return fail(
      call,
      shell.bash
        ? `${target}: No such file or directory`
        : `can't cd to ${target}${shell.dialect === "dash" ? "" : ": No such file or directory"}`,
      shell.bash ? 1 : 2,
    );
  }
  shell.vars.set("OLDPWD", shell.cwd);
  shell.cwd = path;
  shell.vars.export("PWD", path);
  if (back) await out(call, `${path}\n`);
  return 0;
}

async function echo(call: Call): Promise<number> {
  let args = [...call.args];
  let newline = true;
  let escapes = call.shell.dialect === "dash";
  while (args[0] && /^-[neE]+$/.test(args[0]) && !(call.shell.dialect === "dash" && args[0] !== "-n")) {
    for (const c of args[0].slice(1)) {
      if (c === "n") newline = false;
      else escapes = c === "e";
    }
    args = args.slice(1);
  }
  let text = args.join(" ");
  if (escapes) {
    const result = echoEscapes(text);
    text = result.text;
    if (result.stop) newline = false;
  }
  await out(call, newline ? `${text}\n` : text);
  return 0;
}

async function printf(call: Call): Promise<number> {
  let args = call.args;
  let target: string | undefined;
  if (args[0] === "-v") {
    target = args[1];
    args = args.slice(2);
  }
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0) return fail(call, "usage: printf [-v var] format [arguments]", 2);
  const { text, errors } = formatPrintf(args[0] as string, args.slice(1));
  for (const bad of errors) await fail(call, `${bad}: invalid number`);
  if (target) call.shell.vars.set(target, text);
  else await out(call, text);
  return errors.length > 0 ? 1 : 0;
}

async function test(call: Call): Promise<number> {
  let words = call.args;
  if (call.argv[0] === "[") {
    if (words.at(-1) !== "]") return fail(call, "missing `]'", 2);
    words = words.slice(0, -1);
  }
  try {
    return (await testExpression(words, call.shell, call.fds)) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) return fail(call, error.message, 2);
    throw error;
  }
}

async function declare(call: Call): Promise<number> {
  const { shell } = call;
  const name = call.argv[0] as string;
  const flags = new Set<string>(name === "readonly" ? ["r"] : name === "export" ? ["x"] : []);
  const names: string[] = [];
  let remove = false;
  for (const arg of call.args) {
    if (/^[-+][a-zA-Z]+$/.test(arg)) {
      for (const c of arg.slice(1)) flags.add(c);
      if (arg.startsWith("+") || (name === "export" && arg.includes("n"))) remove = true;
    } else names.push(arg);
  }
  if (name === "local" && !shell.vars.inFunction) return fail(call, "can only be used in a function");
  if (flags.has("f") || flags.has("F")) return listFunctions(call, names, flags.has("F"));
  if (names.length + call.declared.length === 0) return listVariables(call, flags);
  if (flags.has("p") && name !== "export" && name !== "readonly") return showVariables(call, names);
  const local = name === "local" || (/^(declare|typeset)$/.test(name) && shell.vars.inFunction && !flags.has("g"));
  const prepare = (variable: string) => {
    const v = local ? shell.vars.local(variable) : shell.vars.declare(variable);
    if (flags.has("a") || flags.has("A")) v.items ??= new Map();
    if (flags.has("A")) v.associative = true;
    if (flags.has("i")) v.integer = !remove;
    if (flags.has("x")) v.exported = !remove;
    return v;
  };
  let status = 0;
  for (const word of names) {
    const match = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(word);
    if (!match) {
      status = await fail(call, `\`${word}': not a valid identifier`);
      continue;
    }
    const v = prepare(match[1] as string);
    if (match[2] !== undefined) shell.vars.set(match[1] as string, match[2]);
    if (flags.has("r")) v.readonly = true;
  }
  for (const assign of call.declared) {
    // The value is expanded before the name becomes local: `local x=$x`.
    const value = assign.array ? undefined : await valueOfAssignment(shell, assign);
    const v = prepare(assign.name);
    await shell.assign(value === undefined ? assign : { ...assign, value: [{ t: "quoted", v: value }] });
    if (flags.has("r")) v.readonly = true;
  }
  return status;
}

async function valueOfAssignment(shell: Shell, assign: Assignment): Promise<string> {
  const { expandString } = await import("./expand");
  return expandString(assign.value, shell);
}

async function listFunctions(call: Call, names: readonly string[], short: boolean): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : [...call.shell.functions.keys()].sort()) {
    const fn = call.shell.functions.get(name);
    if (!fn) status = 1;
    else await out(call, short ? `${names.length > 0 ? "" : "declare -f "}${name}\n` : `${fn.source}\n`);
  }
  return status;
}

async function listVariables(call: Call, flags: ReadonlySet<string>): Promise<number> {
  const { vars, bash } = call.shell;
  for (const name of vars.names()) {
    const v = vars.find(name);
    if (!v || (flags.has("x") && !v.exported) || (flags.has("r") && !v.readonly)) continue;
    if (flags.size === 0) await out(call, `${name}=${v.value}\n`);
    else if (bash) await showVariables(call, [name]);
    else await out(call, `${flags.has("r") ? "readonly" : "export"} ${name}${v.unset ? "" : `='${v.value}'`}\n`);
  }
  return 0;
}

async function showVariables(call: Call, names: readonly string[]): Promise<number> {
  const { vars } = call.shell;
  let status = 0;
  for (const name of names) {
    const v = vars.find(name);
    if (!v) {
      status = await fail(call, `${name}: not found`);
      continue;
    }
    const letters = `${v.items ? (v.associative ? "A" : "a") : ""}${v.integer ? "i" : ""}${v.readonly ? "r" : ""}${v.exported ? "x" : ""}`;
    const items = vars.keys(name).map((key) => `[${key}]=${double(vars.item(name, key) ?? "")}`);
    const value = v.items
      ? `=(${items.join(" ")}${v.associative && items.length ? " " : ""})`
      : v.unset
        ? ""
        : `=${double(v.value)}`;
    await out(call, `declare -${letters || "-"} ${name}${value}\n`);
  }
  return status;
}

const OPTION_LETTERS: Record<string, string> = {
  e: "errexit",
  u: "nounset",
  x: "xtrace",
  f: "noglob",
  C: "noclobber",
  a: "allexport",
  m: "monitor",
  v: "verbose",
  n: "noexec",
  b: "notify",
  h: "hashall",
  B: "braceexpand",
  E: "errtrace",
};

async function set(call: Call): Promise<number> {
  const { shell } = call;
  if (call.args.length === 0) {
    for (const name of shell.vars.names()) {
      const v = shell.vars.find(name);
      if (v && !v.unset)
        await out(call, `${name}=${/^[\w@%+=:,./-]*$/.test(v.value) && shell.bash ? v.value : single(v.value)}\n`);
    }
    return 0;
  }
  const args = [...call.args];
  while (args.length > 0) {
    const arg = args[0] as string;
    if (arg === "--") {
      shell.params = args.slice(1);
      return 0;
    }
    if (!/^[-+][a-zA-Z]+$/.test(arg)) break;
    args.shift();
    for (const c of arg.slice(1)) {
      const name = c === "o" ? args.shift() : OPTION_LETTERS[c];
      if (c === "o" && name === undefined) {
        for (const option of Object.values(OPTION_LETTERS).sort())
          await out(call, `${option.padEnd(15)}\t${shell.options.has(option) ? "on" : "off"}\n`);
        return 0;
      }
      if (!name) return fail(call, `-${c}: invalid option`, 2);
      if (arg.startsWith("-")) shell.options.add(name);
      else shell.options.delete(name);
    }
  }
  if (args.length > 0) shell.params = args;
  return 0;
}

async function shopt(call: Call): Promise<number> {
  for (const name of call.args.filter((arg) => !arg.startsWith("-"))) {
    if (call.args.includes("-s")) call.shell.options.add(name);
    else if (call.args.includes("-u")) call.shell.options.delete(name);
    else return call.shell.options.has(name) ? 0 : 1;
  }
  return 0;
}

async function read(call: Call): Promise<number> {
  const { shell, fds } = call;
  const names: string[] = [];
  const options: Record<string, string> = {};
  for (let i = 0; i < call.args.length; i++) {
    const arg = call.args[i] as string;
    const flag = /^-([a-zA-Z])(.*)$/.exec(arg);
    if (!flag || names.length > 0) names.push(arg);
    else if ("pdnNtuia".includes(flag[1] as string)) options[flag[1] as string] = flag[2] || (call.args[++i] ?? "");
    else for (const c of arg.slice(1)) options[c] = "1";
  }
  if (options.p !== undefined && fds.get(0)?.tty) await write(fds, 2, options.p);
  const reader = readerOf(fds, Number(options.u ?? 0));
  const end = options.d === undefined ? 10 : options.d.charCodeAt(0) || 0;
  const limit = Number(options.n ?? options.N ?? 0);
  let text = "";
  let complete = false;
  while (reader && !complete) {
    const bytes = await stoppable(shell, reader.until(end));
    if (!bytes) break;
    complete = bytes.at(-1) === end;
    text += decode(complete ? bytes.subarray(0, -1) : bytes);
    if (limit > 0) {
      if (text.length > limit) reader.unread(new TextEncoder().encode(text.slice(limit) + (complete ? "\n" : "")));
      if (text.length >= limit) complete = true;
      text = text.slice(0, limit);
    } else if (complete && !options.r && /(^|[^\\])(\\\\)*\\$/.test(text)) {
      text = text.slice(0, -1);
      complete = false;
    }
  }
  const ifs = shell.vars.get("IFS") ?? " \t\n";
  const plain = (value: string) => (options.r ? value : value.replace(/\\(.)/g, "$1"));
  if (options.a !== undefined) {
    shell.vars.setArray(options.a, new Map(splitRead(text, ifs, 0).map((v, i) => [String(i), plain(v)])));
  } else if (names.length === 0) shell.vars.set("REPLY", plain(text));
  else {
    const values = splitRead(text, ifs, names.length);
    names.forEach((name, i) => {
      shell.vars.set(name, plain(values[i] ?? ""));
    });
  }
  return complete ? 0 : 1;
}

/** What a builtin waits for, given up when Ctrl-C comes. */
async function stoppable<T>(shell: Shell, work: Promise<T>): Promise<T> {
  const { signal } = shell.foreground.abort;
  const stop = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  stop.catch(() => undefined);
  try {
    return await Promise.race([work, stop]);
  } catch (error) {
    await shell.tick(new Map());
    throw error;
  }
}

/** Splits a line for `read`: at most `count` fields (0: all), the last takes the rest. */
function splitRead(text: string, ifs: string, count: number): string[] {
  const blank = [...ifs].filter((c) => " \t\n".includes(c)).join("");
  const trim = (v: string, start: boolean, end: boolean) => {
    let [a, b] = [0, v.length];
    while (start && a < b && blank.includes(v[a] as string)) a++;
    while (end && b > a && blank.includes(v[b - 1] as string)) b--;
    return v.slice(a, b);
  };
  const fields: string[] = [];
  let rest = trim(text, true, true);
  while (rest !== "" && (count === 0 || fields.length < count - 1)) {
    let at = 0;
    while (at < rest.length && !ifs.includes(rest[at] as string)) at += rest[at] === "\\" ? 2 : 1;
    fields.push(rest.slice(0, at));
    if (at >= rest.length) return fields;
    const after = trim(rest.slice(at), true, false);
    rest = trim(
      after !== "" && ifs.includes(after[0] as string) && !blank.includes(after[0] as string) ? after.slice(1) : after,
      true,
      false,
    );
  }
  if (rest !== "") fields.push(rest);
  return fields;
}

async function getopts(call: Call): Promise<number> {
  const { vars, params } = call.shell;
  const [spec = "", name = "opt", ...given] = call.args;
  const words = given.length > 0 ? given : params;
  let index = Number(vars.get("OPTIND") ?? 1);
  let offset = Number(vars.get("\0getopts") ?? 1);
  if (index === 1 && vars.get("\0last") !== "1") offset = Math.max(1, offset);
  const word = words[index - 1];
  if (word === undefined || !/^-./.test(word) || word === "--") {
    if (word === "--") vars.set("OPTIND", String(index + 1));
    vars.set(name, "?");
    vars.unset("\0getopts");
    return 1;
  }
  const letter = word[offset] ?? "";
  const at = spec.indexOf(letter, spec.startsWith(":") ? 1 : 0);
  const advance = () => {
    offset++;
    if (offset >= word.length) {
      index++;
      offset = 1;
    }
  };
  vars.unset("OPTARG");
  if (at < 0 || letter === ":") {
    advance();
    vars.set(name, "?");
    if (spec.startsWith(":")) vars.set("OPTARG", letter);
    else await write(call.fds, 2, `${call.shell.name}: illegal option -- ${letter}\n`);
  } else if (spec[at + 1] === ":") {
    const value = offset + 1 < word.length ? word.slice(offset + 1) : words[index++];
    index++;
    offset = 1;
    if (value === undefined) {
      index--;
      vars.set(name, spec.startsWith(":") ? ":" : "?");
      if (spec.startsWith(":")) vars.set("OPTARG", letter);
      else await write(call.fds, 2, `${call.shell.name}: option requires an argument -- ${letter}\n`);
    } else {
      vars.set(name, letter);
      vars.set("OPTARG", value);
    }
  } else {
    advance();
    vars.set(name, letter);
  }
  vars.set("OPTIND", String(index));
  vars.set("\0getopts", String(offset));
  return 0;
}

async function source(call: Call): Promise<number> {
  const { shell } = call;
  const name = call.args[0];
  if (name === undefined) return fail(call, "filename argument required", 2);
  const found = name.includes("/")
    ? undefined
    : findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
  const path = typeof found === "string" ? found : absolute(shell.cwd, name);
  let text: string;
  try {
    text = decode(shell.files.readFile(path));
  } catch {
    await shell.complain(
      call.fds,
      shell.bash ? `${name}: No such file or directory` : `.: can't open '${name}': No such file or directory`,
    );
    return shell.bash ? 1 : 2;
  }
  const saved = shell.params;
  if (call.args.length > 1) shell.params = [...call.args.slice(1)];
  const line = shell.line;
  try {
    return await shell.runScript(text, call.fds, { label: name });
  } catch (error) {
    if (error instanceof ReturnError) return error.status;
    throw error;
  } finally {
    shell.line = line;
    if (call.args.length > 1) shell.params = saved;
  }
}

async function evaluate(call: Call): Promise<number> {
  const { shell } = call;
  shell.status = 0;
  return shell.runScript(call.args.join(" "), call.fds, { label: "eval", firstLine: shell.line });
}

const statusOf = (call: Call) => (call.args[0] === undefined ? call.shell.status : Number(call.args[0]) & 255);

const loopControl =
  (kind: "break" | "continue"): Builtin =>
  async (call) => {
    if (call.shell.loopDepth === 0) {
      if (call.shell.bash)
        await call.shell.complain(call.fds, `only meaningful in a \`for', \`while', or \`until' loop`, kind);
      return 0;
    }
    throw new LoopError(kind, Number(call.args[0] ?? 1));
  };

async function exec(call: Call): Promise<number> {
  const found = findProgram(
    call.shell.files,
    call.args[0] as string,
    call.shell.vars.get("PATH") ?? "",
    call.shell.cwd,
  );
  if (typeof found !== "string") {
    await call.shell.complain(
      call.fds,
      `${call.args[0]}: ${found.code === "ENOENT" ? "not found" : "cannot execute: Permission denied"}`,
      "exec",
    );
    const status = found.code === "ENOENT" ? 127 : 126;
    if (call.shell.interactive) return status;
    throw new ExitError(status);
  }
  throw new ExitError(await call.shell.program(call.args, call.fds));
}

async function type(call: Call): Promise<number> {
  const { shell } = call;
  let status = 0;
  for (const name of call.args.filter((arg) => !/^-[tpaP]$/.test(arg))) {
    const short = call.args[0] === "-t";
    const found = findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
    if (shell.aliases.has(name))
      await out(call, short ? "alias\n" : `${name} is aliased to \`${shell.aliases.get(name)}'\n`);
    else if (/^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in|function|\{|\}|!|\[\[|\]\])$/.test(name))
      await out(call, short ? "keyword\n" : `${name} is a shell keyword\n`);
    else if (shell.functions.has(name))
      await out(call, short ? "function\n" : `${name} is a function\n${shell.functions.get(name)?.source}\n`);
    else if (shell.builtin(name)) await out(call, short ? "builtin\n" : `${name} is a shell builtin\n`);
    else if (typeof found === "string")
      await out(
        call,
        short ? "file\n" : call.args[0] === "-p" || call.args[0] === "-P" ? `${found}\n` : `${name} is ${found}\n`,
      );
    else {
      status = 1;
      if (!short) {
        if (shell.bash) await fail(call, `${name}: not found`);
        else {
          await out(call, `${name}: not found\n`);
          status = 127;
        }
      }
    }
  }
  return status;
}

async function command(call: Call): Promise<number> {
  const { shell } = call;
  const flag = call.args[0];
  if (flag !== "-v" && flag !== "-V")
    return shell.dispatch(
      call.args.filter((arg, i) => i > 0 || arg !== "-p"),
      call.fds,
      true,
    );
  let status = 0;
  for (const name of call.args.slice(1)) {
    const found = findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
    if (flag === "-V") status = await type({ ...call, argv: ["command"], args: [name] });
    else if (shell.aliases.has(name)) await out(call, `alias ${name}='${shell.aliases.get(name)}'\n`);
    else if (shell.functions.has(name) || shell.builtin(name)) await out(call, `${name}\n`);
    else if (typeof found === "string") await out(call, `${found}\n`);
    else status = shell.bash ? 1 : 127;
  }
  return status;
}

const NUMBERS: Record<string, string> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  9: "KILL",
  10: "USR1",
  12: "USR2",
  13: "PIPE",
  15: "TERM",
  18: "CONT",
  19: "STOP",
  20: "TSTP",
  28: "WINCH",
};
const signalName = (text: string) =>
  text === "0" ? "EXIT" : (NUMBERS[text] ?? text.toUpperCase().replace(/^SIG/, ""));

async function trap(call: Call): Promise<number> {
  const { shell } = call;
  const args = call.args.filter((arg) => arg !== "--");
  if (args.length === 0 || args[0] === "-p") {
    for (const [name, action] of shell.traps)
      await out(
        call,
        `trap -- ${single(action)} ${shell.bash && !/^(EXIT|ERR|DEBUG|RETURN)$/.test(name) ? `SIG${name}` : name}\n`,
      );
    return 0;
  }
  const [action, ...names] = args.length === 1 ? ["-", args[0] as string] : (args as [string, ...string[]]);
  for (const given of names) {
    const name = signalName(given);
    if (!/^(EXIT|ERR|DEBUG|RETURN)$/.test(name) && !Object.values(NUMBERS).includes(name)) {
      return fail(call, `${given}: invalid signal specification`);
    }
    if (action === "-") shell.traps.delete(name);
    else shell.traps.set(name, action as string);
    if (name === "EXIT") shell.exitFds = call.fds;
    if (!/^(EXIT|ERR|DEBUG|RETURN|KILL)$/.test(name) && action !== "-") {
      shell.sys.onSignal(`SIG${name}` as SignalName, () => {
        if (shell.traps.has(name)) shell.pending.push(name);
        else throw new ExitError(130);
      });
    }
  }
  return 0;
}

function jobOf(shell: Shell, text: string | undefined): Job | undefined {
  const open = shell.jobs.filter((job) => !job.reported);
  if (text === undefined || /^%[%+]?$/.test(text)) return open.at(-1);
  if (text === "%-") return open.at(-2);
  if (text.startsWith("%"))
    return open.find((job) => String(job.id) === text.slice(1) || job.source.startsWith(text.slice(1)));
  return shell.jobs.find((job) => String(job.pid) === text);
}

const stateOf = (job: Job) =>
  job.status === undefined
    ? "Running"
    : job.status === 0
      ? "Done"
      : job.status === 143
        ? "Terminated"
        : `Exit ${job.status}`;

/** The lines `jobs` prints; finished jobs are forgotten after that. */
export function jobLines(shell: Shell, onlyDone: boolean): string[] {
  const open = shell.jobs.filter((job) => !job.reported);
  const lines = open.flatMap((job, i) => {
    if (onlyDone && job.status === undefined) return [];
    const mark = i === open.length - 1 ? "+" : i === open.length - 2 ? "-" : " ";
    return [`[${job.id}]${mark}  ${stateOf(job).padEnd(24)}${job.source}${job.status === undefined ? " &" : ""}`];
  });
  for (const job of open) if (job.status !== undefined) job.reported = true;
  return lines;
}

async function jobs(call: Call): Promise<number> {
  if (call.args[0] === "-p")
    for (const job of call.shell.jobs.filter((j) => !j.reported)) await out(call, `${job.pid}\n`);
  else for (const line of jobLines(call.shell, false)) await out(call, `${line}\n`);
  return 0;
}

async function wait(call: Call): Promise<number> {
  const { shell } = call;
  const names = call.args.filter((arg) => !arg.startsWith("-"));
  if (names.length === 0) {
    for (const job of shell.jobs.filter((j) => !j.reported)) {
      await stoppable(shell, job.done);
      job.reported = true;
    }
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const job = jobOf(shell, name);
    if (!job)
      status = await fail(
        call,
        name.startsWith("%") ? `${name}: no such job` : `pid ${name} is not a child of this shell`,
        127,
      );
    else {
      status = await stoppable(shell, job.done);
      job.reported = true;
    }
  }
  return status;
}

async function fg(call: Call): Promise<number> {
  const { shell } = call;
  const job = jobOf(shell, call.args[0]);
  if (!job) return fail(call, `${call.args[0] ?? "current"}: no such job`);
  if (call.argv[0] === "bg") return 0;
  await out(call, `${job.source}\n`);
  job.reported = true;
  shell.foreground.abort.signal.addEventListener("abort", () => job.foreground.kill("SIGINT"));
  return job.done;
}

async function kill(call: Call): Promise<number> {
  let signal = "TERM";
  const args = [...call.args];
  if (args[0] === "-l") {
    await out(call, `${Object.values(NUMBERS).join(" ")}\n`);
    return 0;
  }
  if (args[0] === "-s" || args[0] === "-n") {
    signal = signalName(args[1] ?? "");
    args.splice(0, 2);
  } else if (args[0]?.startsWith("-") && args[0] !== "--") signal = signalName((args.shift() as string).slice(1));
  if (args.length === 0)
    return fail(call, "usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", 2);
  let status = 0;
  for (const target of args) {
    const job = jobOf(call.shell, target);
    if (job && (target.startsWith("%") || String(job.pid) === target)) {
      if (signal !== "EXIT" && job.status === undefined)
        job.foreground.kill(
          signal === "KILL" ? "SIGKILL" : signal === "INT" ? "SIGINT" : signal === "HUP" ? "SIGHUP" : "SIGTERM",
        );
      continue;
    }
    if (target.startsWith("%")) {
      status = await fail(call, `${target}: no such job`);
      continue;
    }
    if (!numeric(target)) {
      status = await fail(call, `${target}: arguments must be process or job IDs`);
      continue;
    }
    try {
      call.shell.sys.kernel?.signal(Number(target), signal === "EXIT" ? undefined : (`SIG${signal}` as SignalName));
      if (!call.shell.sys.kernel) status = await fail(call, `(${target}) - No such process`);
    } catch (error) {
      const denied = (error as { code?: string }).code === "EPERM";
      status = await fail(call, `(${target}) - ${denied ? "Operation not permitted" : "No such process"}`);
    }
  }
  return status;
}

async function unset(call: Call): Promise<number> {
  for (const name of call.args.filter((arg) => !/^-[fvn]$/.test(arg))) {
    try {
      const item = /^(\w+)\[(.+)\]$/.exec(name);
      if (item) call.shell.vars.unset(item[1] as string, (item[2] as string).replace(/^["']|["']$/g, ""));
      else if (call.args[0] === "-f" || (!call.shell.vars.find(name) && call.args[0] !== "-v"))
        call.shell.functions.delete(name);
      else call.shell.vars.unset(name);
    } catch (error) {
      if (!(error instanceof ReadonlyError)) throw error;
      await fail(call, error.message);
      return 1;
    }
  }
  return 0;
}

async function alias(call: Call): Promise<number> {
  const { aliases } = call.shell;
  if (call.args.length === 0)
    for (const [name, value] of [...aliases].sort()) await out(call, `alias ${name}='${value}'\n`);
  let status = 0;
  for (const arg of call.args) {
    const at = arg.indexOf("=");
    if (at > 0) aliases.set(arg.slice(0, at), arg.slice(at + 1));
    else if (aliases.has(arg)) await out(call, `alias ${arg}='${aliases.get(arg)}'\n`);
    else status = await fail(call, `${arg}: not found`);
  }
  return status;
}

async function history(call: Call): Promise<number> {
  const all = call.shell.history;
  if (call.args[0] === "-c") all.length = 0;
  const count = numeric(call.args[0]) ? Number(call.args[0]) : all.length;
  for (let i = Math.max(0, all.length - count); i < all.length; i++)
    await out(call, `${String(i + 1).padStart(5)}  ${all[i]}\n`);
  return 0;
}

async function dirs(call: Call): Promise<number> {
  const { shell } = call;
  if (call.argv[0] === "pushd") {
    const before = shell.cwd;
    const target = call.args[0] ?? shell.dirs.shift();
    if (target === undefined) return fail(call, "no other directory");
    const status = await cd({ ...call, args: [target] });
    if (status !== 0) return status;
    shell.dirs.unshift(before);
  } else if (call.argv[0] === "popd") {
    const target = shell.dirs.shift();
    if (target === undefined) return fail(call, "directory stack empty");
    await cd({ ...call, args: [target] });
  }
  const home = shell.vars.get("HOME") ?? "/root";
  await out(
    call,
    `${[shell.cwd, ...shell.dirs].map((d) => (d === home || d.startsWith(`${home}/`) ? `~${d.slice(home.length)}` : d)).join(" ")}\n`,
  );
  return 0;
}

async function mapfile(call: Call): Promise<number> {
  const reader = readerOf(call.fds);
  const name = call.args.filter((arg) => !arg.startsWith("-"))[0] ?? "MAPFILE";
  const items = new Map<string, string>();
  for (let line = await reader?.until(); line; line = await reader?.until()) {
    const text = decode(line);
    items.set(String(items.size), call.args.includes("-t") ? text.replace(/\n$/, "") : text);
  }
  call.shell.vars.setArray(name, items);
  return 0;
}

/** All builtins by name. */
export const builtins: Readonly<Record<string, Builtin>> = {
  ":": async () => 0,
  true: async () => 0,
  false: async () => 1,
  cd,
  echo,
  printf,
  test,
  "[": test,
  declare,
  typeset: declare,
  local: declare,
  export: declare,
  readonly: declare,
  set,
  shopt,
  read,
  getopts,
  source,
  ".": source,
  eval: evaluate,
  exec,
  type,
  command,
  trap,
  jobs,
  wait,
  fg,
  bg: fg,
  kill,
  unset,
  alias,
  history,
  dirs,
  pushd: dirs,
  popd: dirs,
  mapfile,
  readarray: mapfile,
  pwd: async (call) => printed(call, `${call.shell.cwd}\n`),
  exit: async (call) => {
    if (call.args[0] !== undefined && !numeric(call.args[0])) {
      await fail(
        call,
        call.shell.bash ? `${call.args[0]}: numeric argument required` : `Illegal number: ${call.args[0]}`,
      );
      throw new ExitError(2);
    }
    throw new ExitError(statusOf(call));
  },
  return: async (call) => {
    throw new ReturnError(statusOf(call));
  },
  break: loopControl("break"),
  continue: loopControl("continue"),
  shift: async (call) => {
    const count = Number(call.args[0] ?? 1);
    if (count > call.shell.params.length) return 1;
    call.shell.params = call.shell.params.slice(count);
    return 0;
  },
  let: async (call) => {
    let value = 0n;
    for (const arg of call.args) value = call.shell.arithmetic(arg);
    return value === 0n ? 1 : 0;
  },
  unalias: async (call) => {
    if (call.args[0] === "-a") call.shell.aliases.clear();
    for (const arg of call.args) call.shell.aliases.delete(arg);
    return 0;
  },
  builtin: async (call) => {
    const inner = call.shell.builtin(call.args[0] ?? "");
    if (!inner) return fail(call, `${call.args[0]}: not a shell builtin`);
    return inner({ ...call, argv: call.args, args: call.args.slice(1) });
  },
  umask: async (call) => (call.args.length === 0 ? printed(call, "0022\n") : 0),
  ulimit: async (call) => printed(call, "unlimited\n"),
  hash: async () => 0,
  disown: async () => 0,
  times: async (call) => printed(call, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n"),
};
