/** `--env-file` and `--label-file`: one variable per line, `#` comments, values taken from the environment if absent. */
import type { Sys } from "../../api/process";
import { CliError } from "../errors";
import { absolute } from "./path";

/** The lines of a file as `NAME=VALUE`. Throws docker's messages. */
export function readKeyValueFile(sys: Sys, path: string, lookup?: (name: string) => string | undefined): string[] {
  const file = absolute(sys.cwd, path);
  if (!sys.files.exists(file)) throw new CliError(`open ${path}: no such file or directory`);
  const lines = new TextDecoder()
    .decode(sys.files.readFile(file))
    .replace(/^\uFEFF/, "")
    .split("\n");
  const result: string[] = [];
  for (const raw of lines) {
    const line = raw.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const name = (at < 0 ? line : line.slice(0, at)).trimStart();
    if (name === "") throw new CliError(`invalid env file (${path}): no variable name on line '${line}'`);
    if (/[\s]/.test(name)) throw new CliError(`invalid env file (${path}): variable '${name}' contains whitespaces`);
    if (at >= 0) result.push(`${name}=${line.slice(at + 1)}`);
    else if (lookup?.(name.trim()) !== undefined) result.push(`${name.trim()}=${lookup(name.trim())}`);
  }
  return result;
}

/** `-e NAME` takes the value of the command line's own environment; unset names are left out by the daemon. */
export function resolveEnv(values: readonly string[], env: Readonly<Record<string, string>>): string[] {
  return values.map((value) => (value.includes("=") || env[value] === undefined ? value : `${value}=${env[value]}`));
}
