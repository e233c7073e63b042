/** What the commands of `docker-machine` share: their arguments, their machines, how they fail. */
import type { Sys } from "../../../api/process";
import type { MachineDoors, MachineInfo } from "../doors";

export const VERSION = "docker-machine version 0.16.2, build bd45ab13\n";
export const ENGINE_PORT = 2376;

/** Ends a command with a line on standard error and an exit code. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

export interface Call {
  readonly sys: Sys;
  readonly doors: MachineDoors;
  readonly args: readonly string[];
  has(...names: string[]): boolean;
  value(...names: string[]): string | undefined;
  say(line: string): Promise<void>;
}

/** Splits flags from operands, as Go's flag package: flags stand first, `-f x`, `--flag=x`, one dash or two. */
export function readCall(
  sys: Sys,
  doors: MachineDoors,
  words: readonly string[],
  valued: readonly string[],
  known: readonly string[],
): Call {
  const flags = new Map<string, string>();
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (!/^-./.test(word)) break;
    if (word === "--") {
      at++;
      break;
    }
    const [name = "", value] = word.replace(/^--?/, "").split(/=(.*)/s);
    if (valued.includes(name) || VALUED_BY_DRIVERS.test(name)) {
      const given = value ?? words[++at];
      if (given === undefined) throw new Failure(`Incorrect Usage.\n\nflag needs an argument: -${name}`);
      flags.set(name, given);
    } else if (known.includes(name)) flags.set(name, value ?? "true");
    else throw new Failure(`Incorrect Usage.\n\nflag provided but not defined: -${name}`);
  }
  return {
    sys,
    doors,
    args: words.slice(at),
    has: (...names) => names.some((name) => flags.has(name)),
    value: (...names) => names.map((name) => flags.get(name)).find((value) => value !== undefined),
    say: (line) => sys.stdout.write(`${line}\n`),
  };
}

/** Flags that drivers bring along; all take a value here. */
const VALUED_BY_DRIVERS = /^(virtualbox|hyperv|vmwarefusion|amazonec2|digitalocean|generic)-/;

export function find({ doors }: Call, name: string): MachineInfo {
  const machine = doors.list().find((each) => each.name === name);
  if (machine) return machine;
  throw new Failure(
    `Docker machine "${name}" does not exist. Use "docker-machine ls" to list machines. Use "docker-machine create" to create a new one.`,
  );
}

/** The machines that are named; without a name it is `default`, which is there or is not. */
export function named(call: Call): MachineInfo[] {
  const names = call.args.length > 0 ? call.args : ["default"];
  if (call.args.length === 0 && !call.doors.list().some((each) => each.name === "default"))
    throw new Failure('Error: No machine name(s) specified and no "default" machine exists');
  return names.map((name) => find(call, name));
}

export const urlOf = (machine: MachineInfo): string =>
  machine.power === "on" ? `tcp://${machine.address}:${ENGINE_PORT}` : "";

export function needRunning(machine: MachineInfo): void {
  if (machine.power === "off") throw new Failure("Host is not running");
}
