/** Programs: finding one in `PATH`, spawning it, and what is said when that fails. */
import type { Child, SpawnOptions } from "../api/process";
import type { Fds } from "./control";
import { absolute, findProgram } from "./paths";
import type { Shell } from "./shell";
import { bytesInput, codeOf, nullOutput } from "./streams";

/** Runs a program in the foreground. Its exit status; 127 and 126 when there is none or it cannot run. */
export async function runProgram(shell: Shell, argv: readonly string[], fds: Fds): Promise<number> {
  const name = argv[0] as string;
  const found = findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
  if (typeof found !== "string") return notRunnable(shell, name, found.code, fds);
  if (shell.openEditor && /^(nano|vi|vim|edit|code)$/.test(name)) {
    const file = argv.slice(1).find((arg) => !/^[-+]/.test(arg));
    if (file !== undefined) {
      shell.openEditor(absolute(shell.cwd, file));
      return 0;
    }
  }
  let child: Child;
  try {
    child = shell.sys.spawn(argv, inherited(shell, found, fds));
  } catch (error) {
    if (codeOf(error) === "ENOEXEC") return asScript(shell, found, argv, fds);
    return notRunnable(shell, name, codeOf(error) ?? "ENOENT", fds);
  }
  shell.foreground.children.add(child);
  if (shell.foreground.abort.signal.aborted) child.kill("SIGINT");
  try {
    return await child.exited;
  } catch (error) {
    return await notRunnable(shell, name, codeOf(error) ?? "ENOENT", fds);
  } finally {
    shell.foreground.children.delete(child);
    if (shell.foreground.abort.signal.aborted) await shell.tick(fds);
  }
}

/** The shell's process becomes the program, and this does not return; returns where that is not possible, for `runProgram` to say why. */
export async function becomeProgram(shell: Shell, argv: readonly string[], fds: Fds): Promise<void> {
  const found = findProgram(shell.files, argv[0] as string, shell.vars.get("PATH") ?? "", shell.cwd);
  if (typeof found !== "string" || !shell.sys.exec) return;
  try {
    await shell.sys.exec(argv, inherited(shell, found, fds));
  } catch {
    // Not a program: a script without a first line, or nothing that runs.
  }
}

function inherited(shell: Shell, found: string, fds: Fds): SpawnOptions {
  const env = shell.vars.environment();
  if (shell.bash) env._ = found;
  const stdin = fds.get(0);
  const stdout = fds.get(1);
  return {
    env,
    cwd: shell.cwd,
    stdin: stdin?.input ?? bytesInput(""),
    stdout: stdout?.output ?? nullOutput,
    stderr: fds.get(2)?.output ?? nullOutput,
    tty: stdin?.tty && shell.sys.tty ? shell.sys.tty : false,
    stdoutTty: stdout?.tty ?? false,
  };
}

async function asScript(shell: Shell, path: string, argv: readonly string[], fds: Fds): Promise<number> {
  const text = new TextDecoder().decode(shell.files.readFile(path));
  if (text.slice(0, 80).includes("\0") || text.startsWith("\x7fELF") || text.startsWith("#!")) {
    await shell.complain(fds, `${argv[0]}: cannot execute binary file: Exec format error`);
    return 126;
  }
  const inner = shell.fork();
  inner.name = path;
  inner.params = argv.slice(1);
  inner.interactive = false;
  inner.fromScript = true;
  return inner.subshell(() => inner.runScript(text, fds));
}

async function notRunnable(shell: Shell, name: string, code: string, fds: Fds): Promise<number> {
  const path = name.includes("/");
  const texts: Record<string, string> = {
    ENOENT: path
      ? shell.bash
        ? "No such file or directory"
        : "not found"
      : shell.bash
        ? "command not found"
        : "not found",
    EACCES: "Permission denied",
    EISDIR: shell.bash ? "Is a directory" : "Permission denied",
    ENOTDIR: shell.bash ? "Not a directory" : "not found",
  };
  await shell.complain(fds, `${name}: ${texts[code] ?? "cannot execute: required file not found"}`);
  return code === "ENOENT" ? 127 : 126;
}
