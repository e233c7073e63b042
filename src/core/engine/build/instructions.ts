/**
 * What each instruction of a Dockerfile says, checked (after the behaviour of BuildKit's
 * `frontend/dockerfile/instructions`), cut into stages.
 */
import { invalidParameter } from "../../errors";
import type { HealthConfig } from "../types";
import { parseGoDuration } from "./durations";
import { readFlags } from "./flags";
import { nearest } from "./nearest";
import { type Dockerfile, type Node, nodeFromLine, SyntaxFault } from "./parser";

export type KeyValues = readonly (readonly [string, string])[];

/** `shell` holds one line, `exec` the words. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly exec: boolean;
}

export type Instruction = { readonly original: string; readonly line: number } & (
  | { readonly kind: "ARG"; readonly args: readonly { readonly key: string; readonly value?: string }[] }
  | { readonly kind: "ENV" | "LABEL"; readonly pairs: KeyValues; readonly legacy: boolean }
  | {
      readonly kind: "ADD" | "COPY";
      readonly sources: readonly string[];
      readonly target: string;
      readonly from?: string;
      readonly chown?: string;
      readonly chmod?: string;
      readonly heredocs: number;
    }
  | { readonly kind: "RUN"; readonly command: CommandLine; readonly buildKitOnly?: string }
  | { readonly kind: "CMD" | "ENTRYPOINT"; readonly command: CommandLine }
  | { readonly kind: "SHELL"; readonly words: readonly string[] }
  | { readonly kind: "EXPOSE" | "VOLUME"; readonly items: readonly string[] }
  | { readonly kind: "HEALTHCHECK"; readonly health: HealthConfig }
  | { readonly kind: "MAINTAINER" | "USER" | "WORKDIR" | "STOPSIGNAL" | "ONBUILD"; readonly value: string }
);

export type InstructionOf<K extends Instruction["kind"]> = Extract<Instruction, { kind: K }>;

export interface Stage {
  readonly name: string; // lower case, "" for none
  readonly base: string; // unexpanded
  readonly platform: string;
  readonly original: string;
  readonly instructions: readonly Instruction[];
}

export interface Stages {
  readonly stages: readonly Stage[];
  /** ARGs before the first FROM. */
  readonly metaArgs: readonly InstructionOf<"ARG">[];
}

const NAMES = [
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
];

/** Throws `dockerfile parse error on line N: ...`. */
export function readStages(dockerfile: Dockerfile): Stages {
  const stages: { stage: Omit<Stage, "instructions">; instructions: Instruction[] }[] = [];
  const metaArgs: InstructionOf<"ARG">[] = [];
  for (const node of dockerfile.nodes) {
    if (node.command === "from") {
      stages.push({ stage: onLine(node, () => readFrom(node)), instructions: [] });
      continue;
    }
    const instruction = onLine(node, () => readInstruction(node));
    const stage = stages.at(-1);
    if (stage) stage.instructions.push(instruction);
    else if (instruction.kind === "ARG") metaArgs.push(instruction);
    else throw invalidParameter("no build stage in current context");
  }
  if (stages.length === 0)
    throw invalidParameter(
      metaArgs.length > 0 ? "dockerfile contains no stages to build" : "no build stage in current context",
    );
  return { stages: stages.map(({ stage, instructions }) => ({ ...stage, instructions })), metaArgs };
}

/** One instruction by itself: an ONBUILD trigger, a `--change`. */
export function readTrigger(text: string, escapeToken = "\\"): Instruction {
  const node: Node = { ...nodeFromLine(text, escapeToken), line: 1, endLine: 1, heredocs: [] };
  if (!NAMES.includes(node.command.toUpperCase())) throw new SyntaxFault(`unknown instruction: ${node.typed}`);
  return readInstruction(node);
}

function onLine<T>(node: Node, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxFault)
      throw invalidParameter(`dockerfile parse error on line ${node.line}: ${error.message}`);
    throw error;
  }
}

function readFrom(node: Node): Omit<Stage, "instructions"> {
  const flags = readFlags(node, { platform: "string" });
  const [base = "", as = "", name = ""] = node.args;
  const { original } = node;
  if (node.args.length === 1) return { name: "", base, platform: flags.string("platform"), original };
  if (node.args.length !== 3 || as.toLowerCase() !== "as")
    throw new SyntaxFault("FROM requires either one or three arguments");
  const stageName = name.toLowerCase();
  if (!/^[a-z][a-z0-9-_.]*$/.test(stageName))
    throw new SyntaxFault(
      `invalid name for build stage: ${JSON.stringify(name)}, name can't start with a number or contain symbols`,
    );
  return { name: stageName, base, platform: flags.string("platform"), original };
}

function readInstruction(node: Node): Instruction {
  const { original, line, args } = node;
  const at = { original, line };
  const name = node.command.toUpperCase();
  switch (name) {
    case "ARG":
      return { ...at, kind: name, args: readArgs(node) };
    case "ENV":
    case "LABEL":
      return { ...at, kind: name, ...readPairs(node, name) };
    case "ADD":
    case "COPY":
      return { ...at, ...readCopy(node, name) };
    case "RUN":
      return { ...at, ...readRun(node) };
    case "CMD":
    case "ENTRYPOINT":
      readFlags(node, {});
      return { ...at, kind: name, command: { words: args, exec: node.json } };
    case "SHELL":
      readFlags(node, {});
      if (args.length === 0) throw atLeastOne(name);
      if (!node.json) throw new SyntaxFault(`SHELL requires the arguments to be in JSON form`);
      return { ...at, kind: name, words: args };
    case "EXPOSE":
      if (args.length === 0) throw atLeastOne(name);
      readFlags(node, {});
      return { ...at, kind: name, items: [...args].sort() };
    case "VOLUME":
      if (args.length === 0) throw atLeastOne(name);
      readFlags(node, {});
      if (args.some((item) => item.trim() === "")) throw new SyntaxFault("VOLUME specified can not be an empty string");
      return { ...at, kind: name, items: args.map((item) => item.trim()) };
    case "HEALTHCHECK":
      return { ...at, kind: name, health: readHealth(node) };
    case "ONBUILD":
      return { ...at, kind: name, value: readOnBuild(node) };
    case "MAINTAINER":
    case "USER":
    case "WORKDIR":
    case "STOPSIGNAL":
      if (args.length !== 1) throw new SyntaxFault(`${name} requires exactly one argument`);
      readFlags(node, {});
      return { ...at, kind: name, value: args[0] as string };
    default:
      throw unknownInstruction(node);
  }
}

const atLeastOne = (name: string) => new SyntaxFault(`${name} requires at least one argument`);
const blankNames = (name: string) => new SyntaxFault(`${name} names can not be blank`);

function readArgs(node: Node): InstructionOf<"ARG">["args"] {
  if (node.args.length === 0) throw atLeastOne("ARG");
  readFlags(node, {});
  return node.args.map((word) => {
    const at = word.indexOf("=");
    if (at === 0) throw blankNames("ARG");
    return at < 0 ? { key: word } : { key: word.slice(0, at), value: word.slice(at + 1) };
  });
}

function readPairs(node: Node, name: string): { pairs: KeyValues; legacy: boolean } {
  if (node.args.length === 0) throw atLeastOne(name);
  readFlags(node, {});
  const pairs: [string, string][] = [];
  for (let n = 0; n < node.args.length; n += 2) {
    if (node.args[n] === "") throw blankNames(name);
    pairs.push([node.args[n] as string, node.args[n + 1] ?? ""]);
  }
  return { pairs, legacy: false };
}

function readCopy(node: Node, kind: "ADD" | "COPY"): Omit<InstructionOf<"ADD" | "COPY">, "original" | "line"> {
  const { args, heredocs } = node;
  if (args.length < 2)
    throw new SyntaxFault(
      `${kind} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  const accepted = { chown: "string", chmod: "string", link: "bool" } as const;
  const flags = readFlags(
    node,
    kind === "COPY" ? { ...accepted, from: "string" } : { ...accepted, "keep-git-dir": "bool", checksum: "string" },
  );
  const isHeredoc = (word: string) => heredocs.length > 0 && /^\d*<<-?[^<]/.test(word);
  const sources = args.slice(0, -1).filter((word) => !isHeredoc(word));
  return {
    kind,
    sources,
    target: args.at(-1) as string,
    heredocs: args.length - 1 - sources.length,
    ...(flags.has("from") ? { from: flags.string("from") } : {}),
    ...(flags.has("chown") ? { chown: flags.string("chown") } : {}),
    ...(flags.has("chmod") ? { chmod: flags.string("chmod") } : {}),
  };
}

function readRun(node: Node): Omit<InstructionOf<"RUN">, "original" | "line"> {
  const flags = readFlags(node, { mount: "list", network: "string", security: "string" });
  const only = ["mount", "network", "security"].find((name) => flags.has(name));
  return { kind: "RUN", command: { words: node.args, exec: node.json }, ...(only ? { buildKitOnly: only } : {}) };
}

function readOnBuild(node: Node): string {
  if (node.args.length === 0) throw atLeastOne("ONBUILD");
  readFlags(node, {});
  const trigger = (node.args[0] as string).trim().toUpperCase();
  if (trigger === "ONBUILD") throw new SyntaxFault("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (trigger === "MAINTAINER" || trigger === "FROM")
    throw new SyntaxFault(`${trigger} isn't allowed as an ONBUILD trigger`);
  return node.original.replace(/^\s*ONBUILD\s*/i, "");
}

function readHealth(node: Node): HealthConfig {
  if (node.args.length === 0) throw atLeastOne("HEALTHCHECK");
  const [typed = "", ...command] = node.args;
  const type = typed.toUpperCase();
  if (type === "NONE") {
    if (command.length > 0) throw new SyntaxFault("HEALTHCHECK NONE takes no arguments");
    return { Test: ["NONE"] };
  }
  const flags = readFlags(node, {
    interval: "string",
    timeout: "string",
    "start-period": "string",
    "start-interval": "string",
    retries: "string",
  });
  if (type !== "CMD") throw new SyntaxFault(`Unknown type ${JSON.stringify(type)} in HEALTHCHECK (try CMD)`);
  if (command.length === 0 || (command.length === 1 && command[0] === ""))
    throw new SyntaxFault("Missing command after HEALTHCHECK CMD");
  const span = (name: string) => interval(name, flags.string(name));
  const retries = readRetries(flags.string("retries"));
  return {
    Test: node.json ? ["CMD", ...command] : ["CMD-SHELL", ...command],
    ...present("Interval", span("interval")),
    ...present("Timeout", span("timeout")),
    ...present("StartPeriod", span("start-period")),
    ...present("StartInterval", span("start-interval")),
    ...present("Retries", retries),
  };
}

const present = (name: string, value: number) => (value === 0 ? {} : { [name]: value });

function interval(name: string, text: string): number {
  if (text === "") return 0;
  const nanoseconds = parseGoDuration(text);
  if (typeof nanoseconds === "string") throw new SyntaxFault(nanoseconds);
  if (nanoseconds !== 0 && nanoseconds < 1_000_000)
    throw new SyntaxFault(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
  return nanoseconds;
}

function readRetries(text: string): number {
  if (text === "") return 0;
  if (!/^[+-]?\d+$/.test(text))
    throw new SyntaxFault(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (Number(text) < 0) throw new SyntaxFault(`--retries cannot be negative (${Number(text)})`);
  return Number(text);
}

function unknownInstruction(node: Node): SyntaxFault {
  const typed = node.typed;
  const near = nearest(typed.toUpperCase(), NAMES);
  const shown = near && typed === typed.toLowerCase() ? near.toLowerCase() : near;
  return new SyntaxFault(`unknown instruction: ${typed}${shown ? ` (did you mean ${shown}?)` : ""}`);
}
