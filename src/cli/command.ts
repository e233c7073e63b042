/**
 * What a command is. To add one: take its usage line and option table from `options/<noun>.ts` (or write a `Spec`),
 * create `commands/<noun>/<verb>.ts` exporting
 *
 *     export const ls: Command = { ...networkLs, run: async (ctx) => { ... } };
 *
 * and list it in the noun's group in `commands/<noun>/index.ts`; a group is listed in `commands/index.ts`.
 * `run` asks the daemon through `ctx.client`, hands rows to a formatter (`format/list.ts`) and prints with `ctx.out`;
 * it throws `CliError` to fail and returns an exit code or nothing. `checks` look at flag values while they are
 * parsed: throw an Error with pflag's reason, return the value to keep. `completes` names the objects that the
 * arguments stand for. Whole outputs are compared with goldens in `testdata/`.
 */
import type { Sys } from "../api/process";
import type { Client } from "./client";
import type { ConfigFile } from "./config-file";
import type { Flags } from "./flags";
import type { Spec } from "./spec";

/** Everything a running command has. */
export interface Context {
  readonly sys: Sys;
  readonly client: Client;
  readonly config: ConfigFile;
  /** As typed and resolved: `docker container ls`. */
  readonly path: string;
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly commandLine: CommandLine;
  /** Prints to stdout; no newline is added. */
  out(text: string): Promise<void>;
  /** Prints to stderr; no newline is added. */
  err(text: string): Promise<void>;
}

/** What was given before the command: `docker -H x -c y ps`. */
export interface CommandLine {
  readonly host?: string;
  readonly context?: string;
}

export type ObjectKind =
  | "container"
  | "image"
  | "network"
  | "volume"
  | "service"
  | "node"
  | "stack"
  | "secret"
  | "config"
  | "context";

export type FlagCheck = (value: string) => string;

export interface Command extends Spec {
  readonly run: (ctx: Context) => Promise<number | void>;
  readonly checks?: Readonly<Record<string, FlagCheck>>;
  readonly completes?: readonly ObjectKind[];
  /** Runs before flag parsing errors are printed, as the legacy builder's notice. */
  readonly before?: (ctx: Pick<Context, "sys" | "err">) => Promise<number | void>;
}

/** A command that only holds others: `docker network`. */
export interface Group {
  readonly name: string;
  readonly short: string;
  readonly commands: readonly Command[];
  /** Whether the help lists a command, by the daemon's part in a swarm (`inactive`, `active/worker`, empty: unknown). */
  readonly shows?: (name: string, swarm: string) => boolean;
  /** As a command's `before`, for the bare group. */
  readonly before?: Command["before"];
}

/** The word a command is called by. */
export function nameOf(command: Spec): string {
  return command.use.split(" ", 1)[0] ?? "";
}

/** Finds a command by its name or an alias. */
export function findCommand<C extends Spec>(commands: readonly C[], word: string): C | undefined {
  return commands.find((command) => nameOf(command) === word || command.aliases?.includes(word));
}
