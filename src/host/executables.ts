/**
 * From a command to the program that runs: looks the file up as execvp(3) does, follows `#!` lines, and reads the stub
 * that stands for a machine-code program (see `Program` in api/process).
 */
import type { Files, Program, ProgramTable } from "../api/process";

const STUB = "\x7fELFslipway:";
const MAX_INTERPRETERS = 4;

/** Why a command cannot run; `code` is ENOENT (exit 127), EACCES or ENOEXEC (exit 126). */
export class SpawnError extends Error {
  readonly code: "ENOENT" | "EACCES" | "ENOEXEC" | "ENOTDIR";
  constructor(code: SpawnError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Executable {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly path: string;
}

/** Finds what `argv` runs. Throws SpawnError. */
export function findExecutable(
  files: Files,
  programs: ProgramTable,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Executable {
  let words = argv;
  for (let depth = 0; depth < MAX_INTERPRETERS; depth++) {
    const name = words[0] ?? "";
    const path = lookUp(files, name, env.PATH ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", cwd);
    const head = readHead(files, path);
    if (head.startsWith(STUB)) {
      const program = programs(head.slice(STUB.length).split("\n", 1)[0] ?? "");
      if (!program) throw new SpawnError("ENOEXEC", "Exec format error");
      return { program, argv: words, path };
    }
    if (!head.startsWith("#!")) throw new SpawnError("ENOEXEC", "Exec format error");
    const [interpreter = "", argument] = splitInterpreter(head);
    words = [interpreter, ...(argument ? [argument] : []), path, ...words.slice(1)];
  }
  throw new SpawnError("ENOEXEC", "Too many levels of symbolic links");
}

function lookUp(files: Files, name: string, searchPath: string, cwd: string): string {
  if (name === "") throw new SpawnError("ENOENT", "No such file or directory");
  if (name.includes("/")) {
    const path = name.startsWith("/") ? name : `${cwd === "/" ? "" : cwd}/${name}`;
    if (!files.exists(path)) throw new SpawnError("ENOENT", "No such file or directory");
    if (!isExecutable(files, path)) throw new SpawnError("EACCES", "Permission denied");
    return path;
  }
  let denied = false;
  for (const folder of searchPath.split(":")) {
    const path = `${folder || cwd}/${name}`;
    if (!files.exists(path) || files.stat(path).type === "dir") continue;
    if (isExecutable(files, path)) return path;
    denied = true;
  }
  if (denied) throw new SpawnError("EACCES", "Permission denied");
  throw new SpawnError("ENOENT", "No such file or directory");
}

function isExecutable(files: Files, path: string): boolean {
  const stat = files.stat(path);
  return stat.type === "file" && (stat.mode & 0o111) !== 0;
}

function readHead(files: Files, path: string): string {
  const bytes = files.readFile(path).subarray(0, 256);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function splitInterpreter(head: string): [string?, string?] {
  const line = head.slice(2).split("\n", 1)[0]?.trim() ?? "";
  const space = line.search(/\s/);
  return space < 0 ? [line] : [line.slice(0, space), line.slice(space).trim()];
}
