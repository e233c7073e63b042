/** Help texts as cobra and pflag lay them out: usage, description, aliases, options, sub-commands. */
import type { Group } from "./command";
import { nameOf } from "./command";
import type { Flag, Spec } from "./spec";

/** The usage lines of a command at its full path, `docker container ls [OPTIONS]`. */
export function usageLine(path: string, spec: Spec): string {
  const rest = spec.use.slice(nameOf(spec).length);
  const more = (spec.moreUsage ?? []).map((line) => `\n\t${line}`).join("");
  return `Usage:  ${path}${rest}${more}`;
}

/** The whole help of one command; `width` wraps the option texts. */
export function commandHelp(path: string, spec: Spec, width: number): string {
  const parts = [usageLine(path, spec), spec.long ?? spec.short];
  if (spec.alsoKnownAs) parts.push(`Aliases:\n  ${spec.alsoKnownAs}`);
  if (spec.flags.some((flag) => !flag.hidden)) parts.push(`Options:\n${flagTable(spec.flags, width)}`);
  return `${parts.join("\n\n")}\n`;
}

/** The help of a group of commands. */
export function groupHelp(path: string, group: Group): string {
  const commands = [...group.commands].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const parts = [
    `Usage:  ${path} COMMAND`,
    group.short,
    `Commands:\n${commandTable(commands.map((command) => [nameOf(command), command.short]))}`,
    `Run '${path} COMMAND --help' for more information on a command.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Names padded to eleven or more cells, then their texts. */
export function commandTable(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(11, ...rows.map(([name]) => name.length));
  return rows.map(([name, short]) => `  ${name.padEnd(width)} ${short}`).join("\n");
}

/** pflag's FlagUsagesWrapped. */
export function flagTable(flags: readonly Flag[], width: number): string {
  const rows = flags.filter((flag) => !flag.hidden).map((flag) => ({ left: flagName(flag), usage: flag.usage }));
  const column = Math.max(...rows.map((row) => row.left.length)) + 3;
  return rows.map((row) => row.left.padEnd(column) + wrap(column, width - 1, row.usage)).join("\n");
}

function flagName(flag: Flag): string {
  const short = flag.short ? `  -${flag.short}, ` : "      ";
  return `${short}--${flag.name}${flag.type === "bool" ? "" : ` ${flag.type}`}`;
}

/** Wraps at `width` with a hanging indent of `indent`; too narrow a column is not wrapped below 24 characters. */
function wrap(indent: number, width: number, text: string): string {
  const pad = `\n${" ".repeat(indent)}`;
  let room = width - indent;
  if (room < 24) room = width - 16;
  // Five characters of slop: a short last word may stick out.
  const slop = 5;
  room -= slop;
  let [line, rest] = wrapOnce(room, slop, text);
  let result = line.replaceAll("\n", pad);
  while (rest !== "") {
    [line, rest] = wrapOnce(room, slop, rest);
    result += pad + line.replaceAll("\n", pad);
  }
  return result;
}

function wrapOnce(room: number, slop: number, text: string): [string, string] {
  if (room + slop > text.length) return [text, ""];
  const window = text.slice(0, room);
  const at = Math.max(window.lastIndexOf(" "), window.lastIndexOf("\t"), window.lastIndexOf("\n"));
  if (at <= 0) return [text, ""];
  const newline = window.lastIndexOf("\n");
  if (newline > 0 && newline < at) return [text.slice(0, newline), text.slice(newline + 1)];
  return [text.slice(0, at), text.slice(at + 1)];
}
