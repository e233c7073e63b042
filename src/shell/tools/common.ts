/** What the tools share: options, paths, error texts, reading arguments or standard input. */
import type { Program, Sys } from "../../api/process";
import { deviceInput } from "../devices";
import { absolute, basename } from "../paths";
import { bytesInput, codeOf } from "../streams";

export const here = (sys: Sys, path: string): string => absolute(sys.cwd, path);
export const nameOf = (sys: Sys): string => basename(sys.argv[0] ?? "");

const TEXTS: Record<string, string> = {
  ENOENT: "No such file or directory",
  EEXIST: "File exists",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  ENOTEMPTY: "Directory not empty",
  EACCES: "Permission denied",
  EROFS: "Read-only file system",
  ENOSPC: "No space left on device",
  ENXIO: "No such device or address",
  EINVAL: "Invalid argument",
  ELOOP: "Too many levels of symbolic links",
};
export const errorText = (error: unknown): string =>
  TEXTS[codeOf(error) ?? ""] ?? (error instanceof Error ? error.message : String(error));

export async function complain(sys: Sys, message: string, status = 1): Promise<number> {
  await sys.stderr.write(`${nameOf(sys)}: ${message}\n`);
  return status;
}

/** Splits `-abc VALUE --long` from operands; letters in `valued` take a value. */
export function options(
  sys: Sys,
  valued = "",
): { has(...names: string[]): boolean; value(name: string): string | undefined; rest: string[] } {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  const args = sys.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", value] = arg.slice(2).split(/=(.*)/s);
      flags.set(name, value ?? "");
    } else if (/^-./.test(arg)) {
      for (let j = 1; j < arg.length; j++) {
        const c = arg[j] as string;
        if (!valued.includes(c)) flags.set(c, "");
        else {
          flags.set(c, arg.slice(j + 1) || (args[++i] ?? ""));
          break;
        }
      }
    } else rest.push(arg);
  }
  return { has: (...names) => names.some((name) => flags.has(name)), value: (name) => flags.get(name), rest };
}

/** Calls `work` with each named file's stream, or standard input; `-` means it too. Reports files that fail. */
export async function eachInput(
  sys: Sys,
  names: readonly string[],
  work: (input: { read(): Promise<Uint8Array | undefined> }, name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : ["-"]) {
    if (name === "-") {
      await work(sys.stdin, name);
      continue;
    }
    try {
      const path = here(sys, name);
      await work(deviceInput(sys, path) ?? bytesInput(sys.files.readFile(path)), name);
    } catch (error) {
      if (codeOf(error) === "EPIPE") throw error;
      status = await complain(sys, `${name}: ${errorText(error)}`);
    }
  }
  return status;
}

export type ToolTable = Record<string, Program>;
