/** `test`, `[` and the primaries of `[[ ]]`. */

import type { Fds } from "./control";
import { absolute } from "./paths";
import type { Shell } from "./shell";

export class TestError extends Error {}

export async function testUnary(op: string, value: string, shell: Shell, fds: Fds): Promise<boolean> {
  const { files } = shell;
  const path = value === "" ? "" : absolute(shell.cwd, value);
  const stat = () => {
    try {
      return path ? files.stat(path) : undefined;
    } catch {
      return undefined;
    }
  };
  switch (op) {
    case "-n":
      return value !== "";
    case "-z":
      return value === "";
    case "-e":
    case "-a":
      return stat() !== undefined || /^\/dev\/(null|zero|tty|stdin|stdout|stderr)$/.test(path);
    case "-f":
      return stat()?.type === "file";
    case "-d":
      return stat()?.type === "dir";
    case "-S":
      return stat()?.type === "socket";
    case "-h":
    case "-L":
      try {
        return files.lstat(path).type === "symlink";
      } catch {
        return false;
      }
    case "-s":
      return (stat()?.size ?? 0) > 0;
    case "-r":
    case "-w":
      return stat() !== undefined;
    case "-x":
      return ((stat()?.mode ?? 0) & 0o111) !== 0;
    case "-t":
      return fds.get(Number(value))?.tty ?? false;
    case "-v":
      return shell.vars.get(value) !== undefined;
    case "-o":
      return shell.option(value);
    case "-O":
      return stat()?.uid === shell.sys.user.uid;
    default:
      return false;
  }
}

const UNARY = /^-[nzeafdhLsrwxtvoObcpSugkGN]$/;
const BINARY = new Set(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]);

/** Evaluates the words of `test`. Throws TestError with bash's words. */
export async function testExpression(words: readonly string[], shell: Shell, fds: Fds): Promise<boolean> {
  let i = 0;
  const or = async (): Promise<boolean> => {
    let value = await and();
    while (words[i] === "-o") {
      i++;
      const right = await and();
      value = value || right;
    }
    return value;
  };
  const and = async (): Promise<boolean> => {
    let value = await primary();
    while (words[i] === "-a") {
      i++;
      const right = await primary();
      value = value && right;
    }
    return value;
  };
  const primary = async (): Promise<boolean> => {
    const word = words[i];
    if (word === undefined) throw new TestError("argument expected");
    const left = words.length - i;
    if (left >= 3 && BINARY.has(words[i + 1] as string)) {
      i += 3;
      return binary(word, words[i - 2] as string, words[i - 1] as string, shell);
    }
    if (word === "!" && left > 1) {
      i++;
      return !(await primary());
    }
    if (word === "(" && left > 2) {
      i++;
      const value = await or();
      if (words[i++] !== ")") throw new TestError("`)' expected");
      return value;
    }
    if (UNARY.test(word) && left > 1) {
      i += 2;
      return testUnary(word, words[i - 1] as string, shell, fds);
    }
    if (left === 2 && word.startsWith("-") && words.length === 2)
      throw new TestError(`${word}: unary operator expected`);
    i++;
    return word !== "";
  };
  if (words.length === 0) return false;
  if (words.length === 2 && words[0] !== "!" && !UNARY.test(words[0] as string))
    throw new TestError(`${words[0]}: unary operator expected`);
  if (
    words.length === 3 &&
    words[0] !== "!" &&
    words[0] !== "(" &&
    !BINARY.has(words[1] as string) &&
    !/^-[ao]$/.test(words[1] as string)
  )
    throw new TestError(`${words[1]}: binary operator expected`);
  const value = await or();
  if (i < words.length) throw new TestError("too many arguments");
  return value;
}

function binary(a: string, op: string, b: string, shell: Shell): boolean {
  if (op === "=" || op === "==") return a === b;
  if (op === "!=") return a !== b;
  if (op === "<") return a < b;
  if (op === ">") return a > b;
  const time = (path: string) => {
    try {
      return shell.files.stat(absolute(shell.cwd, path)).mtime;
    } catch {
      return -1;
    }
  };
  if (op === "-nt") return time(a) > time(b);
  if (op === "-ot") return time(a) < time(b);
  if (op === "-ef") return absolute(shell.cwd, a) === absolute(shell.cwd, b);
  for (const text of [a, b])
    if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
  const [x, y] = [BigInt(a.trim()), BigInt(b.trim())];
  return { "-eq": x === y, "-ne": x !== y, "-lt": x < y, "-le": x <= y, "-gt": x > y, "-ge": x >= y }[op] ?? false;
}
