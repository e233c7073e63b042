/** `sh`, `bash` and `ash` as a program. */
import type { Program, Sys } from "../api/process";
import { ExitError, type Fd, Interrupted, LoopError } from "./control";
import { interactive } from "./line-editor";
import { absolute, basename } from "./paths";
import { ShellSession } from "./session";
import { type Dialect, Shell, type ShellOptions } from "./shell";
import { codeOf, decode, Reader, readAll } from "./streams";
import { asOutOfMemory } from "./usage";

/** Which shell answers: `sh` is busybox's where there is a busybox, else dash. */
export function dialectOf(sys: Sys): Dialect {
  const name = basename(sys.argv[0] ?? "sh").replace(/^-/, "");
  if (name === "bash" || name === "rbash") return "bash";
  if (name === "ash" || name === "busybox" || sys.files.exists("/bin/busybox")) return "ash";
  return sys.files.exists("/bin/dash") || sys.files.exists("/usr/bin/dash")
    ? "dash"
    : sys.files.exists("/bin/bash")
      ? "bash"
      : "ash";
}

const LETTERS: Record<string, string> = {
  e: "errexit",
  x: "xtrace",
  u: "nounset",
  f: "noglob",
  a: "allexport",
  C: "noclobber",
};

interface Invocation {
  command?: string;
  interactive: boolean;
  readonly options: string[];
  readonly rest: string[];
}

function parseArguments(argv: readonly string[]): Invocation | { error: string } {
  const result: Invocation = { interactive: false, options: [], rest: [] };
  const args = argv.slice(1);
  let wantsCommand = false;
  while (args[0]?.match(/^[-+]./) && args[0] !== "--") {
    const arg = args.shift() as string;
    if (arg.startsWith("--")) continue; // --login, --norc, --posix
    for (const c of arg.slice(1)) {
      if (c === "c") wantsCommand = true;
      else if (c === "i") result.interactive = true;
      else if (c === "o") result.options.push(args.shift() ?? "");
      else if (LETTERS[c]) result.options.push(LETTERS[c]);
      else if (!"lsmbhB".includes(c)) return { error: `${arg}: invalid option` };
    }
  }
  if (args[0] === "--") args.shift();
  if (wantsCommand) {
    if (args[0] === undefined) return { error: "-c: option requires an argument" };
    result.command = args.shift() as string;
  }
  result.rest.push(...args);
  return result;
}

export const shellProgram: Program = async (sys) => {
  const name = sys.argv[0] ?? "sh";
  const dialect = dialectOf(sys);
  const call = parseArguments(sys.argv);
  if ("error" in call) {
    await sys.stderr.write(`${name}: ${call.error}\n`);
    return 2;
  }
  const label = name.replace(/^-/, "");
  if (call.command !== undefined) {
    const [zero = label, ...params] = call.rest;
    return runText(sys, call.command, { dialect, name: zero, params }, call.options, "-c");
  }
  const script = call.rest[0];
  if (script !== undefined) return runFile(sys, script, call, dialect, label);
  if (sys.tty) {
    const session = new ShellSession(sys, {
      dialect,
      name: label === "sh" || label === "bash" ? label : label,
      interactive: true,
    });
    for (const option of call.options) session.shell.options.add(option);
    return interactive(session, sys, { prompt: () => promptOf(session) });
  }
  return runText(sys, decode(await readAll(sys.stdin)), { dialect, name: label }, call.options);
};

async function runFile(sys: Sys, script: string, call: Invocation, dialect: Dialect, label: string): Promise<number> {
  let text: string;
  try {
    text = decode(sys.files.readFile(absolute(sys.cwd, script)));
  } catch (error) {
    const why = codeOf(error) === "EISDIR" ? "Is a directory" : "No such file or directory";
    const where = {
      bash: `${label}: ${script}: ${why}`,
      ash: `${label}: can't open '${script}': ${why}`,
      dash: `${label}: 0: cannot open ${script}: No such file`,
    }[dialect];
    await sys.stderr.write(`${where}\n`);
    return dialect === "bash" ? (codeOf(error) === "EISDIR" ? 126 : 127) : 2;
  }
  return runText(sys, text, { dialect, name: script, params: call.rest.slice(1) }, call.options, undefined, true);
}

async function runText(
  sys: Sys,
  text: string,
  options: ShellOptions,
  flags: readonly string[],
  label?: string,
  script = false,
): Promise<number> {
  const shell = new Shell(sys, options);
  shell.fromScript = script;
  shell.replaceable = true;
  for (const flag of flags) shell.options.add(flag);
  const tty = sys.tty !== undefined;
  const fds = new Map<number, Fd>([
    [0, { input: Reader.of(sys.stdin), tty }],
    [1, { output: sys.stdout, tty: sys.stdoutTty ?? tty }],
    [2, { output: sys.stderr, tty }],
  ]);
  shell.exitFds = fds;
  sys.killed.addEventListener("abort", () => shell.foreground.kill("SIGKILL"), { once: true });
  try {
    return await shell.exitTrap(await shell.runScript(text, fds, label ? { label } : {}));
  } catch (error) {
    if (error instanceof ExitError) return shell.exitTrap(error.status);
    if (error instanceof Interrupted) return 130;
    if (error instanceof LoopError) return 0;
    if (codeOf(error) === "EPIPE") return 141;
    const full = asOutOfMemory(error);
    if (!full) throw error;
    await sys.stderr.write(`${shell.name}: ${full.message}\n`);
    return 2;
  }
}

/** The prompt PS1 describes; without one, the default of the dialect. */
export function promptOf(session: ShellSession): string {
  const { shell } = session;
  const root = shell.sys.user.uid === 0;
  const given =
    shell.vars.get("PS1") ?? (shell.bash ? "\\u@\\h:\\w\\$ " : shell.dialect === "dash" ? "\\$ " : "\\w \\$ ");
  const home = shell.vars.get("HOME") ?? "/root";
  const shown =
    shell.cwd === home
      ? "~"
      : shell.cwd.startsWith(`${home}/`) && home !== "/"
        ? `~${shell.cwd.slice(home.length)}`
        : shell.cwd;
  const values: Record<string, string> = {
    u: shell.sys.user.name,
    h: shell.sys.hostname.split(".")[0] ?? "",
    H: shell.sys.hostname,
    w: shown,
    W: shown === "~" ? "~" : basename(shell.cwd) || "/",
    $: root ? "#" : "$",
    n: "\n",
    e: "\x1b",
    "[": "",
    "]": "",
    s: "bash",
    v: "5.2",
    "\\": "\\",
    "?": String(shell.status),
    r: "\r",
    a: "",
  };
  return given.replace(/\\(033|.)/g, (all, c: string) => (c === "033" ? "\x1b" : (values[c] ?? all)));
}
