/** A Redis server's settings: what it starts with, its file and its command line. */
import type { Sys } from "../../../api/process";

const DEFAULTS: readonly (readonly [string, string])[] = [
  ["port", "6379"],
  ["bind", "* -::*"],
  ["protected-mode", "no"],
  ["dir", "/data"],
  ["dbfilename", "dump.rdb"],
  ["save", "3600 1 300 100 60 10000"],
  ["appendonly", "no"],
  ["appendfilename", "appendonly.aof"],
  ["appenddirname", "appendonlydir"],
  ["appendfsync", "everysec"],
  ["requirepass", ""],
  ["maxmemory", "0"],
  ["maxmemory-policy", "noeviction"],
  ["maxclients", "10000"],
  ["databases", "16"],
  ["timeout", "0"],
  ["tcp-keepalive", "300"],
  ["loglevel", "notice"],
  ["logfile", ""],
  ["daemonize", "no"],
  ["hz", "10"],
];

/** What is wrong with the settings, as Redis tells it. */
export class ConfigError extends Error {}

function apply(config: Map<string, string>, line: string, number: number): void {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? "");
  const [name = "", ...values] = words;
  const key = name.toLowerCase();
  const known = config.has(key);
  if (known && values.length > 0) config.set(key, values.join(" "));
  else {
    const reason = known ? "wrong number of arguments" : "Bad directive or wrong number of arguments";
    throw new ConfigError(
      `\n*** FATAL CONFIG FILE ERROR (Redis ${config.get("version") ?? ""}) ***\nReading the configuration file, at line ${number}\n>>> '${line}'\n${reason}\n`,
    );
  }
}

/** Reads the settings. */
export function readOptions(sys: Sys, version: string): Map<string, string> {
  const config = new Map([...DEFAULTS, ["dir", sys.cwd], ["version", version]] as [string, string][]);
  const args = sys.argv.slice(1);
  const file = args[0] !== undefined && !args[0].startsWith("-") ? args.shift() : undefined;
  let text = "";
  if (file !== undefined) {
    const path = file.startsWith("/") ? file : `${sys.cwd}/${file}`;
    if (!sys.files.exists(path))
      throw new ConfigError(`Fatal error, can't open config file '${file}': No such file or directory\n`);
    text = new TextDecoder().decode(sys.files.readFile(path));
  }
  const given: string[][] = [];
  for (const word of args) {
    if (word.startsWith("--")) given.push([word.slice(2)]);
    else given.at(-1)?.push(/^$|[\s"']/.test(word) ? `"${word.replace(/["\\]/g, "\\$&")}"` : word);
  }
  const lines = [...text.split("\n"), ...given.map((words) => words.join(" "))];
  lines.forEach((line, i) => {
    if (line.trim() !== "" && !line.trim().startsWith("#")) apply(config, line.trim(), i + 1);
  });
  config.delete("version");
  return config;
}
