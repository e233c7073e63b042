/** Redirections: the streams of a command after its `<`, `>`, `2>&1` and here-documents. */
import type { Redirect } from "./ast";
import type { Fd, Fds } from "./control";
import { deviceInput, fullOutput } from "./devices";
import { expandString, expandWords } from "./expand";
import { absolute } from "./paths";
import type { Shell } from "./shell";
import { bytesInput, codeOf, fileOutput, nullOutput } from "./streams";

/** The streams after redirections; undefined when one failed (already reported). */
export async function redirected(shell: Shell, redirects: readonly Redirect[], fds: Fds): Promise<Fds | undefined> {
  shell.currentFds = fds;
  if (redirects.length === 0) return fds;
  const own = new Map(fds);
  for (const redirect of redirects) {
    const failure = await apply(shell, redirect, own);
    if (failure === undefined) continue;
    await shell.complain(fds, failure);
    return undefined;
  }
  return own;
}

async function apply(shell: Shell, redirect: Redirect, fds: Map<number, Fd>): Promise<string | undefined> {
  const { op } = redirect;
  if (op === "<<" || op === "<<<") {
    const text = await expandString(redirect.target, shell, op === "<<");
    fds.set(redirect.fd ?? 0, { input: bytesInput(op === "<<<" ? `${text}\n` : text) });
    return undefined;
  }
  const words = await expandWords([redirect.target], shell);
  const target = words[0] ?? "";
  if (words.length !== 1) return "ambiguous redirect";
  if (op === "<&" || (op === ">&" && /^(\d+|-)$/.test(target))) {
    const fd = redirect.fd ?? (op === "<&" ? 0 : 1);
    if (target === "-") fds.delete(fd);
    else if (!fds.has(Number(target))) return `${target}: Bad file descriptor`;
    else fds.set(fd, fds.get(Number(target)) as Fd);
    return undefined;
  }
  try {
    return open(shell, redirect, target, fds);
  } catch (error) {
    return openError(shell, target, codeOf(error), op);
  }
}

function open(shell: Shell, redirect: Redirect, target: string, fds: Map<number, Fd>): string | undefined {
  const { op } = redirect;
  const path = absolute(shell.cwd, target);
  const special = device(shell, path, fds);
  if (op === "<" || op === "<>") {
    if (special) fds.set(redirect.fd ?? 0, special);
    else if (op === "<" && shell.files.stat(path).type === "dir")
      fds.set(redirect.fd ?? 0, { input: { read: async () => undefined } });
    else
      fds.set(redirect.fd ?? 0, {
        input: bytesInput(shell.files.readFile(path)),
        output: fileOutput(shell.files, path),
      });
    return undefined;
  }
  if (!special) {
    const there = shell.files.exists(path);
    if (there && shell.files.stat(path).type === "dir") throw Object.assign(new Error(), { code: "EISDIR" });
    if (op === ">" && there && shell.options.has("noclobber")) return `${target}: cannot overwrite existing file`;
    if (op.includes(">>")) shell.files.appendFile(path, "");
    else shell.files.writeFile(path, "");
  }
  const stream = special ?? { output: fileOutput(shell.files, path) };
  const both = op === "&>" || op === "&>>" || op === ">&";
  fds.set(redirect.fd ?? 1, stream);
  if (both) fds.set(2, stream);
  return undefined;
}

function device(shell: Shell, path: string, fds: Fds): Fd | undefined {
  const number =
    { "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2 }[path] ??
    /^(?:\/dev\/fd|\/proc\/(?:self|1)\/fd)\/(\d+)$/.exec(path)?.[1];
  if (number !== undefined) return fds.get(Number(number));
  if (path === "/dev/tty" && shell.sys.tty) return { input: shell.sys.stdin, output: shell.sys.stdout, tty: true };
  const input = deviceInput(shell.sys, path);
  if (!input) return undefined;
  return { input, output: path === "/dev/full" ? fullOutput : nullOutput };
}

function openError(shell: Shell, target: string, code: string | undefined, op: string): string {
  const text =
    {
      EISDIR: "Is a directory",
      EACCES: "Permission denied",
      ENOTDIR: "Not a directory",
      EROFS: "Read-only file system",
      ENOSPC: "No space left on device",
    }[code ?? ""] ?? "No such file or directory";
  if (shell.bash) return `${target}: ${text}`;
  const why =
    code === "ENOENT"
      ? op === "<"
        ? shell.dialect === "dash"
          ? "No such file"
          : "no such file"
        : shell.dialect === "dash"
          ? "Directory nonexistent"
          : "nonexistent directory"
      : text;
  return op === "<"
    ? `${shell.dialect === "dash" ? "cannot open" : "can't open"} ${target}: ${why}`
    : `${shell.dialect === "dash" ? "cannot create" : "can't create"} ${target}: ${why}`;
}
