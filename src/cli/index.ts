/**
 * The door of the `docker` command line: `run` executes one command line against a daemon and resolves with its exit
 * code, `complete` proposes the last word of one being typed. It knows the daemon only through `Transport`.
 */
import type { Sys } from "../api/process";
import type { Transport } from "./client";
import { Client, requestOf } from "./client";
import type { Command, CommandLine, Context, Group } from "./command";
import { findCommand, nameOf } from "./command";
import { GROUPS, TOP_COMMANDS } from "./commands";
import { ConfigFile } from "./config-file";
import { resolveContext } from "./contexts";
import { CliError } from "./errors";
import { FlagError, type ParseResult, parseFlags } from "./flags";
import { commandHelp, groupHelp, usageLine } from "./help";
import { GLOBAL_FLAGS, rootHelp } from "./root-help";
import { argsComplaint } from "./spec";

export { requestOf, type Transport } from "./client";
export { complete } from "./complete";

const DEFAULT_SOCKET = "/var/run/docker.sock";
const ROOT_USAGE = "Usage:  docker [OPTIONS] COMMAND [ARG...]";

/** Runs `docker ...` as given in `sys.argv`. */
export async function run(sys: Sys, transport: Transport): Promise<number> {
  const shell: Shell = {
    sys,
    transport,
    out: (text) => sys.stdout.write(text),
    err: (text) => sys.stderr.write(text),
  };
  try {
    return await dispatch(shell, sys.argv.slice(1));
  } catch (error) {
    if (isBrokenPipe(error)) return 1;
    if (!(error instanceof CliError)) throw error;
    if (error.message !== "") await shell.err(`${error.message}\n`);
    return error.exitCode;
  }
}

interface Shell {
  readonly sys: Sys;
  readonly transport: Transport;
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === "EPIPE";
}

async function dispatch(shell: Shell, words: string[]): Promise<number> {
  const parsed = parseOrFail(() => parseFlags(GLOBAL_FLAGS, words, { interspersed: false }), ROOT_USAGE, "docker");
  const rest = parsed.args;
  const line: CommandLine = {
    ...(parsed.flags.changed("host") ? { host: parsed.flags.string("host") } : {}),
    ...(parsed.flags.changed("context") ? { context: parsed.flags.string("context") } : {}),
  };
  const client = makeClient(shell, line);
  if (parsed.help !== "no") return await showHelp(shell, client, rest, parsed);
  if (parsed.flags.bool("version")) {
    await shell.out("Docker version 28.2.2, build e6534b4\n");
    return 0;
  }
  const [word, ...more] = rest;
  if (word === undefined) {
    await shell.err(await rootHelp(client, widthOf(shell.sys)));
    return 0;
  }
  if (word === "help") return await helpTopic(shell, client, more);
  const group = GROUPS.find((candidate) => candidate.name === word);
  if (group) return await runGroup(shell, client, line, group, more);
  const command = findCommand(TOP_COMMANDS, word);
  if (!command)
    throw new CliError(`docker: unknown command: docker ${word}\n\nRun 'docker --help' for more information`);
  return await runCommand(shell, client, line, `docker ${word}`, command, more);
}

function makeClient(shell: Shell, line: CommandLine): Client {
  const host = line.host ?? shell.sys.env.DOCKER_HOST ?? "";
  const version = shell.sys.env.DOCKER_API_VERSION ?? "";
  return new Client(transportTo(host, shell), host || `unix://${DEFAULT_SOCKET}`, shell.sys.killed, version);
}

/** A TCP address given on the command line is that machine's port, not the daemon of this one; so is another socket. */
function transportTo(host: string, shell: Shell): Transport {
  const [, socket = DEFAULT_SOCKET] = /^unix:\/\/(\/.*)/.exec(host) ?? [];
  if (socket !== DEFAULT_SOCKET) return { fetch: (path, init) => shell.sys.net.unix(socket, requestOf(path, init)) };
  const [, name = "", port = "2375"] = /^tcp:\/\/([^:/]+)(?::(\d+))?/.exec(host) ?? [];
  if (name === "") return shell.transport;
  const known = shell.transport.at?.(name, Number(port));
  if (known) return known;
  return {
    fetch: async (path, init) => {
      const body = init.body === undefined ? undefined : new Uint8Array(await new Response(init.body).arrayBuffer());
      const answer = await shell.sys.net.http(
        {
          url: `http://${name}:${port}${path}`,
          method: init.method,
          path,
          headers: Object.entries({ Host: `${name}:${port}`, ...init.headers }),
          remoteAddress: "",
          ...(body && { body }),
        },
        init.signal,
      );
      return new Response(answer.body as BodyInit, {
        status: answer.status,
        headers: answer.headers.map(([k, v]) => [k, v]),
      });
    },
  };
}

/** The width help texts are wrapped at. */
function widthOf(sys: Sys): number {
  return sys.tty?.columns ?? 80;
}

async function showHelp(shell: Shell, client: Client, words: string[], parsed: ParseResult): Promise<number> {
  if (parsed.help === "short") await shell.out("Flag shorthand -h has been deprecated, use --help\n");
  if (words.length > 0) return await helpTopic(shell, client, words);
  await shell.out(await rootHelp(client, widthOf(shell.sys)));
  return 0;
}

async function helpTopic(shell: Shell, client: Client, words: string[]): Promise<number> {
  const width = widthOf(shell.sys);
  const [word, second] = words;
  if (word === undefined) {
    await shell.out(await rootHelp(client, width));
    return 0;
  }
  const group = GROUPS.find((candidate) => candidate.name === word);
  const inGroup = group && second !== undefined ? findCommand(group.commands, second) : undefined;
  const command = group ? inGroup : findCommand(TOP_COMMANDS, word);
  if (command) await shell.out(commandHelp(group ? `docker ${word} ${second}` : `docker ${word}`, command, width));
  else if (group) await shell.out(await helpOfGroup(client, `docker ${word}`, group));
  else throw new CliError(`unknown help topic: ${words.join(" ")}`);
  return 0;
}

async function helpOfGroup(client: Client, path: string, group: Group): Promise<string> {
  const { shows } = group;
  if (!shows) return groupHelp(path, group);
  const { swarm } = await client.ping();
  return groupHelp(path, { ...group, commands: group.commands.filter((command) => shows(nameOf(command), swarm)) });
}

async function runGroup(
  shell: Shell,
  client: Client,
  line: CommandLine,
  group: Group,
  words: string[],
): Promise<number> {
  const path = `docker ${group.name}`;
  const parsed = parseOrFail(() => parseFlags([], words, { interspersed: false }), `Usage:  ${path}`, path);
  const [word, ...rest] = parsed.args;
  if (parsed.help !== "no" && word === undefined) {
    if (parsed.help === "short") await shell.out("Flag shorthand -h has been deprecated, use --help\n");
    await shell.out(await helpOfGroup(client, path, group));
    return 0;
  }
  if (word === undefined) {
    const early = await group.before?.({ sys: shell.sys, err: shell.err });
    if (early) return early;
    await shell.err(await helpOfGroup(client, path, group));
    return 0;
  }
  const command = findCommand(group.commands, word);
  if (!command) {
    throw new CliError(
      `docker: unknown command: ${path} ${word}\n\nUsage:  ${path}\n\nRun '${path} --help' for more information`,
    );
  }
  const name = command.use.split(" ", 1)[0] ?? word;
  return await runCommand(shell, client, line, `${path} ${name}`, command, rest);
}

async function runCommand(
  shell: Shell,
  client: Client,
  commandLine: CommandLine,
  path: string,
  command: Command,
  words: string[],
): Promise<number> {
  const early = await command.before?.({ sys: shell.sys, err: shell.err });
  if (early) return early;
  const usage = usageLine(path, command);
  const parsed = parseOrFail(
    () =>
      parseFlags(command.flags, words, {
        interspersed: command.interspersed ?? true,
        ...(command.checks ? { checks: command.checks } : {}),
      }),
    usage,
    path,
  );
  for (const notice of parsed.notices) await shell.err(`${notice}\n`);
  if (parsed.help !== "no") {
    if (parsed.help === "short") await shell.out("Flag shorthand -h has been deprecated, use --help\n");
    await shell.out(commandHelp(path, command, widthOf(shell.sys)));
    return 0;
  }
  const complaint = argsComplaint(command.args, parsed.args.length);
  if (complaint) {
    const last = `${complaint.see} '${path} --help' for more information`;
    throw new CliError(`docker: '${path}' ${complaint.text}\n\n${usage}\n\n${last}`);
  }
  if (!path.startsWith("docker context ")) await resolveContext(shell.sys, commandLine);
  const context: Context = {
    sys: shell.sys,
    client,
    config: new ConfigFile(shell.sys),
    path,
    args: parsed.args,
    flags: parsed.flags,
    commandLine,
    out: shell.out,
    err: shell.err,
  };
  return (await command.run(context)) ?? 0;
}

function parseOrFail(parse: () => ParseResult, usage: string, path: string): ParseResult {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw new CliError(`${error.message}\n\n${usage}\n\nRun '${path} --help' for more information`, 125);
  }
}
